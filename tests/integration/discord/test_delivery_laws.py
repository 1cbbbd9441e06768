"""Conversations told by chance: whatever breaks off, each post is shown once, in order, and nothing else stays."""

from __future__ import annotations

import random

import pytest

from bot.domain import Post
from tests.discord_server import Permission
from tests.integration.chat.sending import file
from tests.integration.chat.story import Story
from tests.integration.discord.sending import Sending, sending

ROUTES = [
    *("execute_webhook", "edit_webhook_message", "delete_webhook_message", "get_channel_webhooks", "create_webhook"),
    *("create_message", "edit_message", "delete_message", "get_messages", "trigger_typing"),
]
WORDS = ["yes", "no", "the same words", "x" * 3000]
"""Turns often say the same: nothing but their order tells them apart."""


class OnDiscord(Story[Sending]):
    """A conversation told by chance: previews, turns, notices, files, people, faults and restarts."""

    WAITS = (1, 200)

    def __init__(self, s: Sending, seed: int) -> None:
        super().__init__(s, seed)
        self.posted: list[Post] = []
        self.ids: list[str] = []

    async def tell(self, steps: int) -> None:
        for number in range(steps):
            self.break_off(ROUTES)
            if self.chance.random() < 0.6:
                await self.preview()
            if self.chance.random() < 0.2:
                await self.restart()
            if self.chance.random() < 0.3:
                await self.s.anna.says(self.s.thread, self.chance.choice(WORDS[:3]))
            self.turn_webhooks()
            self.ids.append(await self.show(self.post(number)))

    def turn_webhooks(self) -> None:
        """Let somebody delete the webhook now and then."""
        if self.chance.random() < 0.1 and self.s.world.webhooks:
            self.s.world.delete_webhook(next(iter(self.s.world.webhooks.values())))

    def post(self, number: int) -> Post:
        words = self.chance.choice(WORDS)
        files = (file(f"{number}.txt"),) if self.chance.random() < 0.3 else ()
        made = self.s.notice(words) if self.chance.random() < 0.3 else self.s.turn(words, files=files)
        self.posted.append(made)
        return made


@pytest.mark.parametrize("direct", [False, True], ids=["channel", "direct"])
@pytest.mark.parametrize("seed", range(5))
async def test_everything_is_shown_once_in_order_and_nothing_else_whatever_happens(seed: int, direct: bool) -> None:
    async with sending(direct=direct) as s:
        await s.decorate()
        if not direct:
            # To delete what was said through a webhook that is gone, the bot has to be a moderator.
            s.world.rule(s.channel, s.server.app.user)
        story = OnDiscord(s, seed)

        await story.tell(12)
        # As the engine does at the end of every step.
        s.out.previews.preview(s.ref, "chat", "coder", "")
        s.server.faults.clear()
        await s.pass_time(60)
        story.ids.append(await s.deliver(s.notice("the end")))
        await s.pass_time(60)
        # What deletes a message the library repeats by itself, in its own time.
        await s.server.until(lambda: not [each for each in s.seen if each.disabled])

        shown = [each for each in s.seen if each.app]
        assert [str(each.id) for each in shown] == [one for post in story.ids for one in post.split("-")]


async def test_a_webhook_that_comes_and_goes_shows_nothing_twice() -> None:
    async with sending() as s:
        chance = random.Random(1)
        ids = []
        for _ in range(10):
            denied = chance.random() < 0.5
            s.deny(*([Permission.MANAGE_WEBHOOKS] if denied else []))
            s.server.fault(chance.choice(["accept_then_drop", "drop"]), route="execute_webhook")
            await s.restart()
            ids.append(await s.deliver(s.turn("the same words"), first_find=True))
            s.server.faults.clear()

        assert [str(each.id) for each in s.seen] == ids
