"""The server's time: the real one, moved forward at will."""

from __future__ import annotations

import asyncio
import contextlib
import time


class Clock:
    """Real time plus what tests have skipped; whoever waits on it wakes when it is moved."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Skip some time; retries that are due happen, streams and triggers grow old."""
        self._ahead += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def until(self, moment: float) -> None:
        """Wait for a moment, however it comes."""
        while (left := moment - self.now()) > 0:
            moved = self._moved
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await moved.wait()
