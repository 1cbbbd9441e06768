"""The worker: handles what was received, in order within a thread, threads side by side, passing troubles tried again.

Nothing here is durable and nothing has to be: a delivery stays recorded until it is handled, and comes again at the
next start.

A stop or a mute is worked on at once, and stays in its thread's order as well: handled only with what was said before
it, it is tried again, and after the end of the process too. Messages with files have places of their own, so that
downloads keep no other message waiting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Protocol
from weakref import WeakValueDictionary

import aiohttp
import structlog

from bot.domain import Delivery
from bot.errors import RetryLaterError, StoreError
from bot.ports import Clock

SIDE_BY_SIDE = 50
"""How many messages are worked on at once; those with files are counted apart."""
WITH_FILES = 10
"""How many messages with files are worked on at once in one workspace."""
ATTEMPTS = 30
"""How often a delivery is tried in one process: about 25 minutes of a platform that does not answer."""
STARTS = 100
"""How many processes may begin with a delivery: one that ends each of them must not do so for ever."""
LONGEST_PAUSE = 60.0
"""Most seconds between two tries."""

log = structlog.get_logger()


class Work(Protocol):
    """What the worker does with deliveries."""

    async def work(self, delivery: Delivery) -> None:
        """Do everything that follows from a delivery; may be called again, also after it had succeeded."""
        ...

    async def give_up(self, delivery: Delivery) -> None:
        """Tell the person, where that is possible, that nothing came of it. Never raises."""
        ...

    def is_urgent(self, delivery: Delivery) -> bool:
        """Whether a delivery must not wait for those of its thread that came before it. Asks nobody."""
        ...

    def lane(self, delivery: Delivery) -> str | None:
        """Return what a delivery is in order with, such as its thread. Asks nobody.

        None: it stands by itself and waits for nothing, as buttons and forms do, which platforms want done soon.
        """
        ...

    def brings_files(self, delivery: Delivery) -> str | None:
        """Return the workspace from which a delivery's files are fetched; None: it brings none. Asks nobody."""
        ...


class Worker:
    """Works on deliveries while `run` runs; what was offered and not handled by then is left recorded."""

    def __init__(self, work: Work, *, handled: Callable[[Delivery], Awaitable[None]], clock: Clock) -> None:
        self._work = work
        self._handled = handled
        self._clock = clock
        self._lanes: dict[str, deque[Delivery]] = {}
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)
        self._places_with_files = asyncio.Semaphore(SIDE_BY_SIDE)
        self._workspaces: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._new: asyncio.Queue[Callable[[], Coroutine[None, None, None]]] = asyncio.Queue()

    def offer(self, delivery: Delivery) -> None:
        """Have a delivery worked on after those of its thread that were offered before. Never blocks."""
        lane = self._work.lane(delivery) or delivery.id
        waiting = self._lanes.get(lane)
        if waiting is None:
            self._lanes[lane] = deque([delivery])
            self._new.put_nowait(partial(self._drain, lane))
            return
        waiting.append(delivery)
        if self._work.is_urgent(delivery):
            self._new.put_nowait(partial(self._hurry, delivery))

    async def run(self) -> None:
        """Work on what is offered until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                work = await self._new.get()
                group.create_task(work())

    async def _drain(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._handle(waiting[0])
            waiting.popleft()
        del self._lanes[lane]

    async def _handle(self, delivery: Delivery) -> None:
        if delivery.tries > STARTS:
            await self._give_up(delivery, "the process ended each time")
        else:
            await self._try(delivery)
        while True:
            try:
                await self._handled(delivery)
                return
            except StoreError as error:
                await self._rest(delivery, error, 1)

    async def _try(self, delivery: Delivery) -> None:
        attempt = 0
        while True:
            attempt += 1
            error = await self._attempt(delivery)
            if error is None:
                return
            # What cannot be recorded is not lost by giving up: it waits for room.
            if not passing(error) or (attempt >= ATTEMPTS and not isinstance(error, StoreError)):
                await self._give_up(delivery, type(error).__name__)
                return
            await self._rest(delivery, error, attempt)

    async def _attempt(self, delivery: Delivery) -> Exception | None:
        async with AsyncExitStack() as places:
            for place in self._places_of(delivery):
                await places.enter_async_context(place)
            try:
                await self._work.work(delivery)
            # One delivery that cannot be handled must not end the work on all others.
            except Exception as error:
                return error
        return None

    async def _hurry(self, delivery: Delivery) -> None:
        """Work on a delivery before its turn; whatever is wrong with it is for its turn to mend."""
        error = await self._attempt(delivery) if delivery.tries <= STARTS else None
        if error is not None:
            log.warning("delivery.not_hurried", delivery=delivery.id, error=type(error).__name__)

    def _places_of(self, delivery: Delivery) -> list[asyncio.Semaphore]:
        """Return where a delivery needs a place, in the order in which to wait for them."""
        if self._work.lane(delivery) is None or self._work.is_urgent(delivery):
            return []
        workspace = self._work.brings_files(delivery)
        if workspace is None:
            return [self._places]
        its = self._workspaces.setdefault(workspace, asyncio.Semaphore(WITH_FILES))
        return [its, self._places_with_files]

    async def _give_up(self, delivery: Delivery, error: str) -> None:
        log.error("delivery.given_up", adapter=delivery.adapter, delivery=delivery.id, error=error)
        await self._work.give_up(delivery)

    async def _rest(self, delivery: Delivery, error: Exception, attempt: int) -> None:
        asked = error.retry_after if isinstance(error, RetryLaterError) else None
        seconds = asked if asked is not None else min(2.0 ** (attempt - 1), LONGEST_PAUSE)
        log.warning("delivery.retried", delivery=delivery.id, seconds=seconds, error=type(error).__name__)
        await self._clock.sleep(seconds)


def passing(error: Exception) -> bool:
    """Whether the same work may succeed later."""
    return isinstance(error, (RetryLaterError, StoreError, aiohttp.ClientError, OSError, TimeoutError))
