from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from adapters.chat.background import Background
from adapters.discord.sending.working import AGAIN_SECONDS, LONGEST, Working
from bot.domain import PostKind, ThreadRef
from bot.errors import RetryLaterError
from tests.fakes import FakeClock
from tests.unit.slack import made

THREAD = made.post().thread


class Signs:
    """Counts the signs that are shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.refused = False

    async def typing(self, channel: str) -> None:
        self.shown.append(channel)
        if self.refused:
            raise RetryLaterError("not now")


class Scene:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.background = Background()
        self.signs = Signs()
        self.working = Working(self.signs, clock=self.clock, background=self.background)

    async def passes(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.rests()

    async def rests(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def begin(self, thread: ThreadRef = THREAD) -> None:
        self.working.begin(thread)
        await self.rests()


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    begun = Scene()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(begun.background.run())
        await begun.rests()
        yield begun
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_sign_is_renewed_until_the_team_says_something() -> None:
    async with scene() as s:
        await s.begin()
        await s.begin()
        await s.passes(AGAIN_SECONDS)
        s.working.posted(made.post(PostKind.CLOSED))
        await s.passes(AGAIN_SECONDS)
        assert s.signs.shown == [THREAD.thread] * 3

        s.working.posted(made.post(PostKind.TURN))
        await s.passes(AGAIN_SECONDS)
        await s.passes(AGAIN_SECONDS)

        assert len(s.signs.shown) == 3


async def test_team_that_was_quicker_than_the_sign_gets_none() -> None:
    async with scene() as s:
        s.working.posted(made.post(PostKind.ENDED))
        await s.begin()
        assert s.signs.shown == []

        await s.passes(2)
        await s.begin()

        assert len(s.signs.shown) == 1


@pytest.mark.parametrize("refused", [True, False])
async def test_sign_ends_by_itself_where_it_is_refused_or_nothing_is_ever_said(refused: bool) -> None:
    async with scene() as s:
        s.signs.refused = refused
        await s.begin()
        for _ in range(20):
            await s.passes(LONGEST.total_seconds() / 10)
        shown = len(s.signs.shown)
        await s.begin()

        assert len(s.signs.shown) == shown + 1
        assert not refused or shown == 1
