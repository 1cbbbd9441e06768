"""Keeps to Discord's limit over everything, so many requests a second, and lets the most urgent ones go first.

The library knows the limits of single routes by their headers. Of this one it learns by being refused, and then sends
everything that waits at once: after a restart with many threads most requests were refused several times, and who is
refused too often is banned for an hour.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from types import SimpleNamespace

import aiohttp

MARGIN = 1.05
"""A window of ours is so much longer than Discord's: requests do not arrive as evenly as they are sent."""
SHARE = 0.9
"""Of all requests, at most so many are for catching up while that goes on: the rest is for what people wait for."""
_FREE = re.compile(r"/(interactions/|webhooks/\d+/[^/]+(/messages/@original)?$)")
"""Paths that Discord counts elsewhere: answers to interactions, and what webhooks say."""
_CATCHING_UP: ContextVar[int | None] = ContextVar("catching_up", default=None)
"""How many more requests are to come where somebody catches up."""
_DECORATION = re.compile(r"/(typing|reactions/[^/]+/@me)$")


class Urgency(IntEnum):
    """What goes first when not everything can."""

    CATCHING_UP = 0
    POST = 1
    DECORATION = 2


@contextmanager
def catching_up(*, more: int = 0) -> Iterator[None]:
    """Let the requests of a block go first, and keep room for so many more of them for as long as a window.

    Room that is kept for nobody is lost to those who wait for their answers.
    """
    token = _CATCHING_UP.set(more)
    try:
        yield
    finally:
        _CATCHING_UP.reset(token)


def to_come() -> int:
    """Return how many more requests are to come where somebody catches up; elsewhere 0."""
    return _CATCHING_UP.get() or 0


class Pacer:
    """Lets at most so many through within any second; while much is to be caught up with, little else."""

    def __init__(self, a_second: int, *, window: float = MARGIN) -> None:
        self._window = window
        self._a_second = a_second
        self._all: deque[float] = deque(maxlen=a_second)
        self._others: deque[float] = deque(maxlen=a_second)
        self._kept = 0
        """For how many requests room is kept, for catching up."""
        self._kept_until = -math.inf
        self._waiting: list[tuple[Urgency, int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, urgency: Urgency, *, more: int = 0) -> None:
        """Return when it is one's turn: after all that is more urgent, or as urgent and came before.

        Args:
            urgency: How urgent it is.
            more: For how many that are to come room is kept, where this one is for catching up.
        """
        loop = asyncio.get_running_loop()
        is_first = not self._waiting or urgency < self._waiting[0][0]
        if is_first and self._rest(urgency, loop.time()) <= 0:
            self._go(urgency, more, loop.time())
            if self._waiting:
                # Less room may be kept from now on.
                self._wake_up(loop)
            return
        waiting = loop.create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), more, waiting))
        self._wake_up(loop)
        await waiting

    def _wake_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """See to it that who is first goes on in time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._waiting:
            rest = self._rest(self._waiting[0][0], loop.time())
            self._timer = loop.call_later(max(0.0, rest), self._go_on, loop)

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting and self._rest(self._waiting[0][0], loop.time()) <= 0:
            urgency, _, more, waiting = heapq.heappop(self._waiting)
            # Who was cancelled meanwhile takes no turn.
            if not waiting.done():
                self._go(urgency, more, loop.time())
                waiting.set_result(None)
        self._wake_up(loop)

    def _go(self, urgency: Urgency, more: int, now: float) -> None:
        self._all.append(now)
        if urgency is Urgency.CATCHING_UP:
            self._kept, self._kept_until = min(more, round(SHARE * self._a_second)), now + self._window
        else:
            self._others.append(now)

    def _rest(self, urgency: Urgency, now: float) -> float:
        """Return in how many seconds the next one of this urgency may go."""
        rest = self._left(self._all, self._a_second, now)
        if urgency is Urgency.CATCHING_UP or now >= self._kept_until:
            return rest
        most = max(1, self._a_second - self._kept)
        return max(rest, min(self._left(self._others, most, now), self._kept_until - now))

    def _left(self, sent: deque[float], most: int, now: float) -> float:
        """Return in how many seconds fewer than so many were sent within a window."""
        return 0.0 if len(sent) < most else sent[-most] + self._window - now


def paced(trace: aiohttp.TraceConfig, pacer: Pacer, api_url: str) -> aiohttp.TraceConfig:
    """Have every request that a client makes of the API wait for its turn."""

    async def begun(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        urgency = urgency_of(params.method, params.url.path) if str(params.url).startswith(api_url) else None
        if urgency is not None:
            await pacer.turn(urgency, more=to_come())

    trace.on_request_start.append(begun)
    return trace


def urgency_of(method: str, path: str) -> Urgency | None:
    """Return how urgent a request is; None: it does not count."""
    free = _FREE.search(path)
    if free is not None and (method == "POST" or "/@original" in path):
        return None
    if _CATCHING_UP.get() is not None:
        return Urgency.CATCHING_UP
    return Urgency.DECORATION if _DECORATION.search(path) else Urgency.POST
