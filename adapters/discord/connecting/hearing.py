"""What is heard live: in the order of its place, and only where what was said before it is recorded already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import structlog

from adapters.discord.connecting.catching_up import CatchingUp
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.known import State
from adapters.discord.connecting.pages import Heard
from adapters.discord.connecting.positions import Positions
from bot.domain import Json
from bot.errors import StoreError

PAUSES = (0.2, 1.0, 5.0, 15.0)
"""Seconds between tries to record what cannot be fetched again: an edit, a deletion."""
AGAIN_SECONDS = 1.0
"""After how long a message that could not be recorded is fetched."""

log = structlog.get_logger()


class Hearing:
    """Takes in what the gateway delivers."""

    def __init__(self, positions: Positions, catching_up: CatchingUp, door: Door) -> None:
        self._positions = positions
        self._catching_up = catching_up
        self._door = door
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hear(
        self, place: str, position: int, describe: Callable[[], Awaitable[Heard]], *, parent: str = ""
    ) -> None:
        """Take in a message after those of its place that came before it.

        What cannot be recorded or described now is fetched again: its place counts as not caught up from here on.
        """
        async with self._turn(place):
            self._positions.begin(place, position, parent=parent)
            if self._positions.state(place) in (State.UNSURE, State.BEHIND):
                await self._catching_up.until(place)
            try:
                await self._take(place, await describe())
            # Whatever is wrong with one message, the next one must not raise the position above it.
            except Exception as error:
                log.warning("discord.not_heard", place=place, error=type(error).__name__)
                self._positions.behind(place)
                asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._catching_up.want, place)

    async def _take(self, place: str, heard: Heard) -> None:
        caught_up = self._positions.is_caught_up(place)
        if heard.body is None:
            if caught_up:
                self._positions.passed(place, heard.position)
            return
        if heard.thread:
            await self._positions.expect(heard.thread)
        if not caught_up:
            await self._door.enter(heard.identity, heard.body)
            return
        await self._door.enter(heard.identity, heard.body, place=place, position=heard.position)
        self._positions.recorded(place, heard.position)

    async def change(self, place: str, identity: str, describe: Callable[[], Awaitable[Json | None]]) -> None:
        """Take in what happened to a message, after what was said before in its place. It is not fetched again."""
        async with self._turn(place):
            body = await describe()
            if body is None:
                return
            for pause in (*PAUSES, None):
                try:
                    await self._door.enter(identity, body)
                    return
                except StoreError as error:
                    log.warning("discord.not_recorded", delivery=identity, error=type(error).__name__, seconds=pause)
                if pause is not None:
                    await asyncio.sleep(pause)

    def _turn(self, place: str) -> asyncio.Lock:
        return self._locks.setdefault(place, asyncio.Lock())
