"""Turns at a model host: where many ask at once, everybody is served as often as everybody else.

A host works on few requests at a time and would queue the others as they come: whoever asks for two hundred first is
served two hundred times before the next person. So the queue is here. Nothing of it is recorded: a call that waits when
the process ends is made again by the replay.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.rota import Rota


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a model is asked."""

    person: str = ""
    """`adapter:workspace:id`."""
    conversation: str = ""


_NOBODY = Caller()
CALLER: ContextVar[Caller] = ContextVar("threadfast_caller", default=_NOBODY)
"""For whom this task works; tasks that it starts work for the same."""
_LIMIT: ContextVar[tuple[asyncio.Timeout, float] | None] = ContextVar("threadfast_limit", default=None)


@asynccontextmanager
async def time_limit(seconds: float | None) -> AsyncIterator[None]:
    """Limit how long the block takes, without the time that it waits for its turn at a gate.

    Raises:
        TimeoutError: It has taken longer.
    """
    async with asyncio.timeout(seconds) as limit:
        token = _LIMIT.set((limit, seconds) if seconds is not None else None)
        try:
            yield
        finally:
            _LIMIT.reset(token)


class FairGate:
    """Lets so many through at a time; who waits is served in turn over persons, then over their conversations."""

    def __init__(self, slots: int) -> None:
        """Take how many; 0: any number."""
        self._slots = slots
        self._free = slots
        self._waiting: Rota[asyncio.Future[None]] = Rota()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn of this task's caller, and have it for the block."""
        if not self._slots:
            yield
            return
        if self._free and not self._waiting:
            self._free -= 1
        else:
            with not_counted():
                await self._wait(CALLER.get())
        try:
            yield
        finally:
            self._next()

    async def _wait(self, caller: Caller) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.add(turn, person=caller.person, conversation=caller.conversation)
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.discard(turn, person=caller.person, conversation=caller.conversation)
            if turn.done() and not turn.cancelled():
                # It was given the turn just before: that is for somebody else.
                self._next()
            raise

    def _next(self) -> None:
        """Give a turn that has ended to the next in line."""
        while (turn := self._waiting.take()) is not None:
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


@contextmanager
def not_counted() -> Iterator[None]:
    """Have the block's time not count against the time limit around it: that begins anew after it."""
    found = _LIMIT.get()
    if found is None:
        yield
        return
    limit, seconds = found
    limit.reschedule(None)
    try:
        yield
    finally:
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time() + seconds)
