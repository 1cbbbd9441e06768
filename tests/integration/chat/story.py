"""A conversation told by chance: what happens in it on every platform."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from bot.domain import Post
from tests.integration.chat.sending import Sending

S = TypeVar("S", bound=Sending)


class Story(Generic[S]):
    """Previews, statuses, posts and restarts, told by chance."""

    WAITS: ClassVar[Sequence[float]] = (1.0,)
    """How long it may take until a post is tried again."""

    def __init__(self, s: S, seed: int) -> None:
        self.s = s
        self.chance = random.Random(seed)

    async def restart(self) -> None:
        await self.s.restart()
        await self.s.decorate()

    async def preview(self) -> None:
        for number in range(self.chance.randrange(1, 4)):
            if self.chance.random() < 0.4:
                # What is waited for, or, empty, that nothing is any more.
                status = self.chance.choice([f"place {number}", ""])
                self.s.out.previews.status(self.s.ref, "chat", "coder", status)
            else:
                self.s.out.previews.preview(self.s.ref, "chat", "coder", "word ")
            await self.s.pass_time(self.chance.choice([0.3, 1.0, 2.0]))
        if self.chance.random() < 0.8:
            self.s.out.previews.preview(self.s.ref, "chat", "coder", "")

    def break_off(self, calls: Sequence[str]) -> None:
        """Let up to two of these calls go wrong."""
        for _ in range(self.chance.randrange(3)):
            fault = self.s.FAULTS[self.chance.choice([*self.s.FAULTS])]
            self.s.fault(at=self.chance.choice(calls), skip=self.chance.randrange(2), **fault)

    async def show(self, post: Post) -> str:
        """Do what the poster does until a post is shown, with restarts in between, and return its id."""
        for _ in range(40):
            try:
                return await self.s.deliver(post, attempts=1, first_find=True, wait=self.chance.choice(self.WAITS))
            except AssertionError:
                if self.chance.random() < 0.2:
                    await self.restart()
        raise AssertionError(f"{post.key} was never shown\n{self.s.server.report()}")
