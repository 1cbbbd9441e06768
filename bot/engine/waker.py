"""A thread that wakes a loop on behalf of another thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

_Call = tuple[asyncio.AbstractEventLoop, Callable[[], None]]


class Waker:
    """Calls things on loops, soon, for a thread that has something better to do first.

    Waking a loop is a system call, during which the loop's thread takes the interpreter and keeps it for as long as it
    computes. A thread that is about to commit puts its wish in a queue instead, which gives nothing up: this thread has
    its turn, and then the loop, while the commit waits for the disk.
    """

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        # A daemon: what it was to call is only ever done earlier by it.
        Thread(target=self._work, name=name, daemon=True).start()

    def call(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        """Have this called on the loop, from any thread."""
        self._calls.put((loop, callback))

    def close(self) -> None:
        """End the thread, after what was asked of it before."""
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            loop, callback = call
            # A loop that is closed has nothing left to call.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(callback)
