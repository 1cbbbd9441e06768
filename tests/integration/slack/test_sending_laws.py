from __future__ import annotations

import pytest

from adapters.slack.ids import POST_METADATA
from bot.domain import Post
from tests.integration.chat.sending import file
from tests.integration.chat.story import Story
from tests.integration.slack.sending import Sending, sending
from tests.slack_server import Shown

METHODS = [
    *("chat.postMessage", "chat.update", "chat.delete", "conversations.replies"),
    *("files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info"),
    *("chat.startStream", "chat.appendStream", "chat.stopStream"),
]


class OnSlack(Story[Sending]):
    """A conversation told by chance: previews, turns, notices, files, faults and restarts."""

    def __init__(self, s: Sending, seed: int) -> None:
        super().__init__(s, seed)
        self.told: list[str] = []
        self.files: list[str] = []

    async def tell(self, steps: int) -> None:
        for number in range(steps):
            self.break_off(METHODS)
            if self.chance.random() < 0.6:
                await self.preview()
            if self.chance.random() < 0.2:
                await self.restart()
            await self.show(self.post(number))

    def post(self, number: int) -> Post:
        if self.chance.random() < 0.3:
            self.told.append(f"notice {number}")
            return self.s.notice(f"notice {number}")
        names = [f"{number}.txt"] if self.chance.random() < 0.3 else []
        self.files += names
        self.told.append(f"turn {number}")
        return self.s.turn(f"turn {number}", files=tuple(file(name) for name in names))


@pytest.mark.parametrize("direct", [False, True], ids=["channel", "direct"])
@pytest.mark.parametrize("seed", range(6))
async def test_everything_is_shown_once_in_order_and_nothing_else_whatever_happens(seed: int, direct: bool) -> None:
    async with sending(direct=direct) as s:
        await s.decorate()
        story = OnSlack(s, seed)

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
