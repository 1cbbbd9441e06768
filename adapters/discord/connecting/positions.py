"""How far the bot has listened in each place: how places come to be known, where they begin, and what is kept of them.

What is said while the bot is away is not delivered later: it is fetched. So a live message carries its position only
where everything before it is recorded already; anywhere else the position stays, until the place is caught up.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from adapters.discord.connecting.known import Known, State
from adapters.discord.ids import ADAPTER
from bot.errors import StoreError
from bot.ports import Listening

FLUSH_SECONDS = 15.0
"""How often positions are recorded of what needed no record of its own: talk that is not for the bot."""
EVERYWHERE = "0"
"""Stands for all places that are not known: nothing for the bot was said there up to its position."""
MARGIN = 120_000 << 22
"""Two minutes, as ids count them: so late it may be found out that a connection is dead, while others live."""
QUIET = 30 * 86_400_000 << 22
"""Thirty days: threads in which nothing was said for so long need not be known."""

log = structlog.get_logger()


def start_of(place: str, since: int) -> int:
    """Return after which message a place begins that nobody has listened in.

    Ids are times: it has nothing older than itself, and what was said up to `since` is recorded. A forum's post begins
    with a message that has the thread's own id.
    """
    return max(int(place) - 1, since)


class Positions(Known):
    """How places come to be known and where they begin, and what is kept of them for the next process."""

    def __init__(self, kept: Listening) -> None:
        super().__init__()
        self._kept = kept
        self._early: set[str] = set()
        """Those that begin before `_since`, as their channels do, while it may be that nothing kept says so."""
        self._since = 0
        """Where places begin that are not known; 0: nobody has listened yet anywhere."""
        self._told = False
        """Whether every server has told its places since the last break of a connection."""
        self._soon = asyncio.Event()

    async def load(self) -> None:
        """Read what is kept.

        Raises:
            StoreError: Try again later.
        """
        kept = await self._kept.places(ADAPTER)
        self._since = kept.pop(EVERYWHERE, max(kept.values(), default=0))
        for place, at in kept.items():
            self._know(place, at, kept=True)

    def lost(self) -> None:
        """Take note that a session began to which nothing is replayed."""
        self.cut_off()
        for place in self._places:
            self.doubt(place)

    def cut_off(self) -> None:
        """Take note that a connection is lost: of what is said there nothing is known for now."""
        self._advance()
        self._told = False

    def told(self) -> None:
        """Take note that whatever is said now comes live, and which places are behind is known."""
        self._told = True
        if not self._since:
            self._since = self._newest()
            self._soon.set()

    def see(self, place: str, newest: int, *, parent: str = "") -> bool:
        """Take note of a place that exists and can be read, with its newest message.

        Args:
            place: Which.
            newest: The id of its newest message; 0: it has none.
            parent: A thread's channel: see `since`.

        Returns:
            Whether there is something to catch up.
        """
        known = self._places.get(place)
        if known is None:
            known = self._know(place, self._start(place, parent) if self._since else max(newest, int(place)))
            self._keep_soon(place)
        if known.state is State.UNSURE:
            self._be(place, State.CAUGHT_UP if newest <= known.at else State.BEHIND)
        return known.state is State.BEHIND

    async def find(self, thread: str, newest: int, *, parent: str) -> bool:
        """Know a thread of which nobody told, if something was said in it since; say whether it is to be caught up.

        Args:
            thread: Which.
            newest: The id of its newest message.
            parent: Its channel.

        Raises:
            StoreError: It was not recorded.
        """
        start = self._start(thread, parent)
        if newest <= start or not await self._note(thread, start):
            return False
        self._be(thread, State.BEHIND)
        return True

    def since(self, channel: str) -> int:
        """Return after which position something may have been said in threads of a channel that are not known.

        Threads that were made while the bot could not read begin where their channel stands, which it does until it is
        caught up. Those that are older than the places that are forgotten may have been known.
        """
        if self.state(channel) in (State.CAUGHT_UP, None):
            return self._since
        return max(min(self._since, self.at(channel)), self._since - QUIET)

    async def hold(self) -> None:
        """Record the places that begin before others do: nothing tells so any more, once their channel is caught up.

        Raises:
            StoreError: They were not all recorded.
        """
        while self._early:
            place = next(iter(self._early))
            await self._kept.note(ADAPTER, place, self.at(place))
            self._early.discard(place)

    def begin(self, place: str, position: int, *, parent: str = "") -> None:
        """Take note that something was said live; a place that is new may have missed what was said before."""
        if place in self._places:
            return
        known = self._know(place, self._start(place, parent) if self._since else position - 1)
        self._keep_soon(place)
        self._be(place, State.BEHIND)
        if known.at >= position - 1:
            known.at = position - 1
            self._be(place, State.CAUGHT_UP)

    def made(self, place: str) -> None:
        """Know a thread that was made this moment: nothing was said in it yet."""
        if place not in self._places:
            self._know(place, start_of(place, 0))
            self._be(place, State.CAUGHT_UP)

    async def expect(self, place: str) -> bool:
        """Know a thread before it is made, so that nothing said in it is missed; say whether it is new.

        Raises:
            StoreError: It was not recorded.
        """
        return await self._note(place, start_of(place, 0))

    async def meet(self, place: str) -> None:
        """Know the direct messages with a person before something is said there.

        Raises:
            StoreError: It was not recorded.
        """
        await self._note(place, start_of(place, self._since))

    async def _note(self, place: str, start: int) -> bool:
        if place in self._places:
            return False
        await self._kept.note(ADAPTER, place, start)
        # Meanwhile something may have been said there.
        if place in self._places:
            return False
        self._know(place, start, kept=True)
        self._be(place, State.CAUGHT_UP)
        return True

    def is_old(self, place: str) -> bool:
        """Whether nothing was said in a place for so long that it may be forgotten, if servers tell of it anew."""
        return self.at(place) < self._since - QUIET

    async def leave(self, place: str) -> None:
        """Forget a place that is gone."""
        if not self._forget(place):
            return
        self._early.discard(place)
        try:
            await self._kept.leave(ADAPTER, place)
        except StoreError as error:
            log.warning("discord.place_not_left", place=place, error=type(error).__name__)

    async def keep(self) -> None:
        """Record the positions that are not; what fails is tried the next time."""
        self._advance()
        since = self._since
        places = {place: each for place, each in self._places.items() if not each.kept}
        for each in places.values():
            each.kept = True
        try:
            async with asyncio.TaskGroup() as group:
                for place, each in places.items():
                    group.create_task(self._kept.note(ADAPTER, place, each.at))
            if since:
                await self._kept.note(ADAPTER, EVERYWHERE, since)
        except* StoreError as errors:
            for each in places.values():
                each.kept = False
            log.warning("discord.positions_not_kept", count=len(places), error=type(errors.exceptions[0]).__name__)

    async def keep_always(self) -> None:
        """Record positions every few seconds until cancelled, and once more then."""
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(FLUSH_SECONDS):
                        await self._soon.wait()
                self._soon.clear()
                await self.keep()
        finally:
            await self.keep()

    def _start(self, place: str, parent: str) -> int:
        return start_of(place, self.since(parent))

    def _keep_soon(self, place: str) -> None:
        if self.at(place) < self._since:
            self._early.add(place)
            self._soon.set()

    def _advance(self) -> None:
        """Let places that are not known begin later, where nothing can have been missed in them."""
        if self._told and self._since and not self._behind:
            self._since = max(self._since, self._newest() - MARGIN)
