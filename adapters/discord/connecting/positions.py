"""How far the bot has listened in each place, and which places are caught up in this session.

What is said while the bot is away is not delivered later: it is fetched. So a live message carries its position only
where everything before it is recorded already; anywhere else the position stays, until the place is caught up.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

import structlog

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


class State(Enum):
    """What is known of a place."""

    UNSURE = auto()
    """A session began; whether something was said meanwhile is known when its server tells its newest message."""
    BEHIND = auto()
    """After its position something may have been said that is not recorded."""
    CLOSED = auto()
    """The same, and the bot may not read there now."""
    CAUGHT_UP = auto()
    """Everything that was said is recorded; what is said now comes live."""


@dataclass(slots=True)
class _Place:
    at: int
    state: State
    kept: bool = True
    doubts: int = 0
    """How often it fell behind; while it is caught up with, it may do so again."""


def start_of(place: str, since: int) -> int:
    """Return after which message a place begins that nobody has listened in.

    Ids are times: it has nothing older than itself, and what was said up to `since` is recorded. A forum's post begins
    with a message that has the thread's own id.
    """
    return max(int(place) - 1, since)


class Positions:
    """The places that are known, in memory, and kept. Ids of messages are positions: Discord counts upwards."""

    def __init__(self, kept: Listening) -> None:
        self._kept = kept
        self._places: dict[str, _Place] = {}
        self._behind: set[str] = set()
        """Those that are unsure or behind."""
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
        self._places = {place: _Place(at, State.UNSURE) for place, at in kept.items()}
        self._behind = set(self._places)

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
            self._since = max((each.at for each in self._places.values()), default=0)
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

    def open(self, place: str) -> None:
        """Take note that a place that was closed can be read; nobody tells what was said there meanwhile."""
        if self.state(place) is State.CLOSED:
            self._be(place, State.BEHIND)

    def close(self, place: str) -> None:
        """Take note that a place cannot be read: its position stays until it can be."""
        self._be(place, State.CLOSED)

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
        self._know(place, start).kept = True
        self._be(place, State.CAUGHT_UP)
        return True

    def at(self, place: str) -> int:
        """Return up to where everything is recorded in a place."""
        known = self._places.get(place)
        return known.at if known is not None else 0

    def waiting(self) -> list[str]:
        """Return the known places that are to be caught up, first where something was said last."""
        return sorted(self._behind, key=self.at, reverse=True)

    def state(self, place: str) -> State | None:
        """Return what is known of a place; None: it is not known."""
        known = self._places.get(place)
        return known.state if known is not None else None

    def is_caught_up(self, place: str) -> bool:
        """Whether everything that was said in a place until now is recorded."""
        return self.state(place) is State.CAUGHT_UP

    def is_old(self, place: str) -> bool:
        """Whether nothing was said in a place for so long that it may be forgotten, if servers tell of it anew."""
        return self.at(place) < self._since - QUIET

    def doubts(self, place: str) -> int:
        """Return how often a place fell behind."""
        known = self._places.get(place)
        return known.doubts if known is not None else 0

    def caught_up(self, place: str, doubts: int) -> bool:
        """Take note that everything in a place is recorded, unless it fell behind again since it had so many doubts."""
        if doubts != self.doubts(place):
            return False
        self._be(place, State.CAUGHT_UP)
        return True

    def doubt(self, place: str) -> None:
        """Take note that something may be said in a place that does not come live, until its server is told anew."""
        self._fall_behind(place, State.BEHIND if self.state(place) is State.BEHIND else State.UNSURE)

    def behind(self, place: str) -> None:
        """Take note that something of a place is not recorded."""
        self._fall_behind(place, State.BEHIND)

    def recorded(self, place: str, position: int) -> None:
        """Take note of what is recorded together with its position."""
        known = self._places.get(place)
        if known is not None:
            known.at = max(known.at, position)

    def passed(self, place: str, position: int) -> None:
        """Take note of what needs no record; its position is kept by and by."""
        known = self._places.get(place)
        if known is not None and position > known.at:
            known.at, known.kept = position, False

    async def leave(self, place: str) -> None:
        """Forget a place that is gone."""
        if self._places.pop(place, None) is None:
            return
        self._behind.discard(place)
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

    def _know(self, place: str, at: int) -> _Place:
        known = self._places[place] = _Place(at, State.UNSURE, kept=False)
        self._behind.add(place)
        return known

    def _fall_behind(self, place: str, state: State) -> None:
        known = self._places.get(place)
        if known is not None:
            known.doubts += 1
            self._be(place, state)

    def _be(self, place: str, state: State) -> None:
        known = self._places.get(place)
        if known is None:
            return
        known.state = state
        if state in (State.UNSURE, State.BEHIND):
            self._behind.add(place)
        else:
            self._behind.discard(place)

    def _advance(self) -> None:
        """Let places that are not known begin later, where nothing can have been missed in them."""
        if self._told and self._since and not self._behind:
            newest = max((each.at for each in self._places.values()), default=0)
            self._since = max(self._since, newest - MARGIN)
