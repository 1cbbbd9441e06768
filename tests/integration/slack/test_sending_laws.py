from __future__ import annotations

import random

import pytest

from adapters.slack.ids import POST_METADATA
from bot.domain import Post
from tests.integration.slack.sending import Sending, file, sending
from tests.integration.slack.test_exactly_once import FAULTS
from tests.slack_server import Shown

METHODS = [
    *("chat.postMessage", "chat.update", "chat.delete", "conversations.replies"),
    *("files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info"),
    *("chat.startStream", "chat.appendStream", "chat.stopStream"),
]


class Story:
    """A conversation told by chance: previews, turns, notices, files, faults and restarts."""

    def __init__(self, s: Sending, seed: int) -> None:
        self.s = s
        self.chance = random.Random(seed)
        self.told: list[str] = []
        self.files: list[str] = []

    async def tell(self, steps: int) -> None:
        for number in range(steps):
            for _ in range(self.chance.randrange(3)):
                fault = FAULTS[self.chance.choice([*FAULTS])]
                self.s.slack.fault(method=self.chance.choice(METHODS), skip=self.chance.randrange(2), **fault)
            if self.chance.random() < 0.6:
                await self.preview()
            if self.chance.random() < 0.2:
                await self.s.restart()
                await self.s.decorate()
            await self.show(self.post(number))

    async def preview(self) -> None:
        for _ in range(self.chance.randrange(1, 4)):
            self.s.out.previews.preview(self.s.ref, "chat", "coder", "word ")
            await self.s.pass_time(self.chance.choice([0.3, 1.0, 2.0]))
        if self.chance.random() < 0.8:
            self.s.out.previews.preview(self.s.ref, "chat", "coder", "")

    def post(self, number: int) -> Post:
        if self.chance.random() < 0.3:
            self.told.append(f"notice {number}")
            return self.s.notice(f"notice {number}")
        names = [f"{number}.txt"] if self.chance.random() < 0.3 else []
        self.files += names
        self.told.append(f"turn {number}")
        return self.s.turn(f"turn {number}", files=tuple(file(name) for name in names))

    async def show(self, post: Post) -> None:
        for _ in range(40):
            try:
                await self.s.deliver(post, attempts=1, first_find=True)
            except AssertionError:
                if self.chance.random() < 0.2:
                    await self.s.restart()
                    await self.s.decorate()
            else:
                return
        raise AssertionError(f"{post.key} was never shown\n{self.s.thread}")


@pytest.mark.parametrize("direct", [False, True], ids=["channel", "direct"])
@pytest.mark.parametrize("seed", range(6))
async def test_everything_is_shown_once_in_order_and_nothing_else_whatever_happens(seed: int, direct: bool) -> None:
    async with sending(direct=direct) as s:
        await s.decorate()
        story = Story(s, seed)

        await story.tell(10)
        # As the engine does at the end of every step.
        s.out.previews.preview(s.ref, "chat", "coder", "")
        s.slack.faults.clear()
        await s.pass_time(60)
        await s.deliver(s.notice("the end"))
        await s.pass_time(60)

        posts = [shown.text for shown in s.thread if mark(shown) == POST_METADATA]
        assert posts == [*story.told, "the end"]
        assert [name for shown in s.thread for name in shown.files] == story.files
        assert [shown.text for shown in s.thread if mark(shown) != POST_METADATA and not shown.files] == []


def mark(shown: Shown) -> str | None:
    metadata = shown.message.metadata or {}
    return metadata.get("event_type")
