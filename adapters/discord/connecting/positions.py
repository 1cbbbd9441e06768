"""How far the bot has listened in each place, and which places are caught up in this session.

What is said while the bot is away is not delivered later: it is fetched. So a live message carries its position only
where everything before it is recorded already; anywhere else the position stays, until the place is caught up.
"""

from __future__ import annotations

import asyncio

import structlog

from adapters.discord.ids import ADAPTER
from bot.errors import StoreError
from bot.ports import Listening

FLUSH_SECONDS = 15.0
"""How often positions are recorded of what needed no record of its own: talk that is not for the bot."""

log = structlog.get_logger()


class Positions:
    """The places that are known, in memory, and kept. Ids of messages are positions: Discord counts upwards."""

    def __init__(self, kept: Listening) -> None:
        self._kept = kept
        self._at: dict[str, int] = {}
        self._caught: set[str] = set()
        self._unkept: set[str] = set()
        self._since = 0
        """The newest position when this session began: what was made after it was made while nobody listened."""
        self.session = 0
        """Counts sessions to which nothing is replayed."""

    async def load(self) -> None:
        """Read what is kept.

        Raises:
            StoreError: Try again later.
        """
        self._at = await self._kept.places(ADAPTER)
        self._since = max(self._at.values(), default=0)

    def lost(self) -> None:
        """Take note that a session began to which nothing is replayed."""
        self.session += 1
        self._caught.clear()
        self._since = max(self._at.values(), default=0)

    def see(self, place: str, newest: int) -> bool:
        """Take note of a place that exists, with its newest message; say whether there is something to catch up."""
        if place not in self._at:
            made_meanwhile = 0 < self._since <= int(place)
            self._at[place] = int(place) if made_meanwhile else max(newest, int(place))
            self._unkept.add(place)
        if newest <= self._at[place]:
            self._caught.add(place)
        return place not in self._caught

    def begin(self, place: str, position: int) -> bool:
        """Take note that something was said live; say whether the place is new: then nothing is before it."""
        if place in self._at:
            return False
        self._at[place] = position - 1
        self._caught.add(place)
        return True

    async def expect(self, place: str) -> bool:
        """Know a thread before it is made, so that nothing said in it is missed; say whether it is new.

        Raises:
            StoreError: It was not recorded.
        """
        if place in self._at:
            return False
        await self._kept.note(ADAPTER, place, int(place))
        self._at[place] = int(place)
        self._caught.add(place)
        return True

    def at(self, place: str) -> int:
        """Return up to where everything is recorded in a place."""
        return self._at.get(place, 0)

    def waiting(self) -> list[str]:
        """Return the known places that are not caught up, first where something was said last."""
        return sorted((place for place in self._at if place not in self._caught), key=self.at, reverse=True)

    def is_caught_up(self, place: str) -> bool:
        """Whether everything that was said in a place until now is recorded."""
        return place in self._caught

    def caught_up(self, place: str, session: int) -> None:
        """Take note that everything in a place is recorded, unless another session has begun meanwhile."""
        if session == self.session and place in self._at:
            self._caught.add(place)

    def behind(self, place: str) -> None:
        """Take note that something of a place could not be recorded."""
        self._caught.discard(place)

    def recorded(self, place: str, position: int) -> None:
        """Take note of what is recorded together with its position."""
        self._at[place] = max(self.at(place), position)

    def passed(self, place: str, position: int) -> None:
        """Take note of what needs no record; its position is kept by and by."""
        if position > self.at(place):
            self._at[place] = position
            self._unkept.add(place)

    async def leave(self, place: str) -> None:
        """Forget a place that is gone."""
        self._at.pop(place, None)
        self._caught.discard(place)
        self._unkept.discard(place)
        try:
            await self._kept.leave(ADAPTER, place)
        except StoreError as error:
            log.warning("discord.place_not_left", place=place, error=type(error).__name__)

    async def keep(self) -> None:
        """Record the positions that are not; what fails is tried the next time."""
        places, self._unkept = self._unkept, set()
        try:
            async with asyncio.TaskGroup() as group:
                for place in places:
                    group.create_task(self._kept.note(ADAPTER, place, self.at(place)))
        except* StoreError as errors:
            self._unkept |= places
            log.warning("discord.positions_not_kept", count=len(places), error=type(errors.exceptions[0]).__name__)

    async def keep_always(self) -> None:
        """Record positions every few seconds until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(FLUSH_SECONDS)
                await self.keep()
        finally:
            await self.keep()
