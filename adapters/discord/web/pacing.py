"""Keeps to Discord's limit over everything, so many requests a second, and lets the most urgent ones go first.

The library knows the limits of single routes by their headers. Of this one it learns by being refused, and then sends
everything that waits at once: after a restart with many threads most requests were refused several times, and who is
refused too often is banned for an hour.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import re
from collections import deque
from enum import IntEnum
from types import SimpleNamespace

import aiohttp

MARGIN = 1.05
"""A window of ours is so much longer than Discord's: requests do not arrive as evenly as they are sent."""
_FREE = re.compile(r"/(interactions/|webhooks/\d+/[^/]+(/messages/@original)?$)")
"""Paths that Discord counts elsewhere: answers to interactions, and what webhooks say."""
_HISTORY = re.compile(r"/channels/\d+/messages$")
_DECORATION = re.compile(r"/(typing|reactions/[^/]+/@me)$")


class Urgency(IntEnum):
    """What goes first when not everything can."""

    HISTORY = 0
    """What was said, or shown: nothing else can go on in that place. Catching up leaves room for others."""
    POST = 1
    DECORATION = 2


class Pacer:
    """Lets at most so many through within any second."""

    def __init__(self, a_second: int, *, window: float = MARGIN) -> None:
        self._window = window
        self._sent: deque[float] = deque(maxlen=a_second)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, urgency: Urgency) -> None:
        """Return when it is one's turn: after all that is more urgent, or as urgent and came before."""
        loop = asyncio.get_running_loop()
        if not self._waiting and self._rest(loop.time()) <= 0:
            self._sent.append(loop.time())
            return
        waiting = loop.create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), waiting))
        self._wake_up(loop)
        await waiting

    def _wake_up(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting and self._timer is None:
            self._timer = loop.call_later(max(0.0, self._rest(loop.time())), self._go_on, loop)

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self._waiting and self._rest(loop.time()) <= 0:
            _, _, waiting = heapq.heappop(self._waiting)
            # Who was cancelled meanwhile takes no turn.
            if not waiting.done():
                self._sent.append(loop.time())
                waiting.set_result(None)
        self._wake_up(loop)

    def _rest(self, now: float) -> float:
        """Return in how many seconds the next one may go."""
        if len(self._sent) < (self._sent.maxlen or 1):
            return 0.0
        return self._sent[0] + self._window - now


def paced(trace: aiohttp.TraceConfig, pacer: Pacer, api_url: str) -> aiohttp.TraceConfig:
    """Have every request that a client makes of the API wait for its turn."""

    async def begun(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        urgency = urgency_of(params.method, params.url.path) if str(params.url).startswith(api_url) else None
        if urgency is not None:
            await pacer.turn(urgency)

    trace.on_request_start.append(begun)
    return trace


def urgency_of(method: str, path: str) -> Urgency | None:
    """Return how urgent a request is; None: it does not count. Pure."""
    free = _FREE.search(path)
    if free is not None and (method == "POST" or "/@original" in path):
        return None
    if method == "GET" and _HISTORY.search(path):
        return Urgency.HISTORY
    return Urgency.DECORATION if _DECORATION.search(path) else Urgency.POST
