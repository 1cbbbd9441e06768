"""Catching up: what was said while the bot was away is fetched, oldest first within a place, places side by side."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog

from adapters.discord.connecting.door import Door
from adapters.discord.connecting.known import State
from adapters.discord.connecting.pages import PAGE, Heard, Pages, PlaceClosedError, PlaceGoneError
from adapters.discord.connecting.positions import Positions
from adapters.discord.web.pacing import SHARE, catching_up
from bot.errors import RetryLaterError

SIDE_BY_SIDE = 20
"""How many places are caught up at once."""
A_SECOND = 50
"""Requests of all kinds that Discord allows."""
ON_SUSPICION = 3.0
"""How much longer the pause is after a place that may have nothing new: what the bot says has room beside it."""
EACH = 4
"""For so many requests room is kept for each place in which something was said: it may have several pages, and threads
that were archived."""
HOLD_SECONDS = 30.0
"""How long a live message waits until its place is caught up, so that what was said first is worked on first."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds between two tries."""
CLOSED_PAUSE = 600.0
"""Seconds until a place that Discord did not let the bot read is tried again, unless its permissions change before."""

log = structlog.get_logger()


class Pace:
    """Lets at most so many through a second, each in its turn."""

    def __init__(self, a_second: float) -> None:
        self._seconds = 1 / a_second
        self._next = 0.0
        self._turns = asyncio.Lock()

    async def turn(self, weight: float = 1.0) -> None:
        """Return when it is one's turn; the next one's comes the later, the more this one weighs."""
        loop = asyncio.get_running_loop()
        mine = max(self._next, loop.time())
        self._next = mine + weight * self._seconds
        # Where the loop is late, several turns have come at once: they are taken one after the other all the same.
        async with self._turns:
            await asyncio.sleep(mine - loop.time())


class CatchingUp:
    """Brings places up to what was said last; those in which somebody speaks now come first."""

    def __init__(self, positions: Positions, door: Door, pages: Pages, *, a_second: int = A_SECOND) -> None:
        self._positions = positions
        self._door = door
        self._pages = pages
        self._pace = Pace(SHARE * a_second)
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._more = asyncio.Semaphore(0)
        self._suspected: set[str] = set()
        self._busy: set[str] = set()
        self._awaited: dict[str, asyncio.Event] = {}
        self._pauses: dict[str, float] = {}
        self._overdue: set[str] = set()
        """Places for which somebody has waited in vain: nobody waits again until they are caught up."""

    def want(self, place: str, *, first: bool = False, sure: bool = True) -> None:
        """Have a place caught up.

        Args:
            place: Which.
            first: Before all others.
            sure: Whether something was said there; else nobody knows, and there is time.
        """
        if place in self._busy:
            return
        if sure:
            self._suspected.discard(place)
        elif place not in self._wanted:
            self._suspected.add(place)
        if place not in self._wanted:
            self._wanted[place] = None
            self._more.release()
        if first:
            self._wanted.move_to_end(place, last=False)

    async def until(self, place: str) -> None:
        """Return when a place is caught up or gone, or after a while in any case."""
        if place in self._overdue:
            return
        awaited = self._awaited.setdefault(place, asyncio.Event())
        self.want(place, first=True)
        try:
            async with asyncio.timeout(HOLD_SECONDS):
                await awaited.wait()
        except TimeoutError:
            self._overdue.add(place)
            log.warning("discord.not_caught_up_in_time", place=place)

    async def run(self) -> None:
        """Catch up with what is wanted until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(SIDE_BY_SIDE):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            await self._more.acquire()
            place, _ = self._wanted.popitem(last=False)
            self._busy.add(place)
            try:
                pause = await self._try(place)
            finally:
                self._busy.discard(place)
                self._suspected.discard(place)
            self._go_on(place, pause)

    def _go_on(self, place: str, pause: float | None) -> None:
        """Let those go on who wait for a place, unless it is tried again soon."""
        if pause is not None:
            asyncio.get_running_loop().call_later(pause, self.want, place)
        if pause is None or self._positions.state(place) is State.CLOSED:
            self._pauses.pop(place, None)
            self._overdue.discard(place)
            self._awaited.pop(place, asyncio.Event()).set()

    async def _try(self, place: str) -> float | None:
        """Catch up with a place; return in how many seconds it must be tried again, None: it need not."""
        if self._positions.state(place) in (State.CAUGHT_UP, None):
            return None
        self._positions.behind(place)
        doubts = self._positions.doubts(place)
        try:
            # What servers tell of anew need not be known, and asked for, for ever.
            if not await self._catch_up(place) and self._positions.is_old(place) and await self._pages.is_told(place):
                raise PlaceGoneError
        except PlaceGoneError:
            await self._positions.leave(place)
            return None
        except PlaceClosedError:
            return await self._close(place)
        # Whatever is wrong with one place, the others must be caught up.
        except Exception as error:
            return self._rest(place, error)
        # Another session may have begun meanwhile.
        return None if self._positions.caught_up(place, doubts) else 0.0

    async def _close(self, place: str) -> float | None:
        log.warning("discord.place_closed", place=place)
        if self._positions.is_old(place):
            await self._positions.leave(place)
            return None
        self._positions.close(place)
        return CLOSED_PAUSE

    def _rest(self, place: str, error: Exception) -> float:
        asked = error.retry_after if isinstance(error, RetryLaterError) else None
        seconds = asked if asked is not None else self._pauses.get(place, SHORTEST_PAUSE)
        self._pauses[place] = min(2 * seconds, LONGEST_PAUSE)
        log.warning("discord.not_caught_up", place=place, error=type(error).__name__, seconds=seconds)
        return seconds

    async def _catch_up(self, place: str) -> int:
        count = 0
        # It may be left meanwhile.
        while self._positions.state(place) is not None:
            page = await self._page(place)
            if page and not count:
                await self._find_threads(place)
            for heard in page:
                await self._take(place, heard)
            count += len(page)
            if len(page) < PAGE:
                break
        if count:
            log.info("discord.caught_up", place=place, count=count)
        return count

    async def _find_threads(self, place: str) -> None:
        """Know the threads of a channel that were archived unheard, before its position passes what told of them.

        Where nothing was said in a channel it is not asked for them: one request for each would make every start slow.
        """
        since = self._positions.since(place)
        with catching_up(more=self._to_come()):
            archived = await self._pages.archived(place, since) if since else []
        for thread, newest in archived:
            if await self._positions.find(thread, newest, parent=place):
                self.want(thread)
        await self._positions.hold()

    async def _page(self, place: str) -> list[Heard]:
        if place in self._suspected:
            await self._pace.turn(ON_SUSPICION)
            return await self._pages.page(place, self._positions.at(place))
        await self._pace.turn()
        with catching_up(more=self._to_come()):
            return await self._pages.page(place, self._positions.at(place))

    def _to_come(self) -> int:
        """Return how many requests there may be for places in which something was surely said."""
        return EACH * (len(self._wanted) + len(self._busy) - len(self._suspected))

    async def _take(self, place: str, heard: Heard) -> None:
        wanted = heard.thread and (heard.has_thread or heard.body is not None)
        if wanted and await self._positions.expect(heard.thread) and heard.has_thread:
            # Made unheard, it may have been written in since, and be archived again.
            self._positions.behind(heard.thread)
            self.want(heard.thread)
        if heard.body is None:
            self._positions.passed(place, heard.position)
            return
        await self._door.enter(heard.identity, heard.body, place=place, position=heard.position)
        self._positions.recorded(place, heard.position)
