"""Lines of standard input, read without blocking the loop."""

from __future__ import annotations

import asyncio
import codecs
import os
import threading


class Lines:
    """The lines of a file descriptor; reading begins with the first line that is asked for.

    A thread reads, because a loop cannot watch every kind of file; it is a daemon and reads the descriptor itself,
    so that leaving waits neither for it nor for a lock of the standard streams.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._ended = False
        self._thread: threading.Thread | None = None

    async def next(self) -> str | None:
        """Return the next line without its end, or None after the last."""
        if self._ended:
            return None
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._read, args=(loop,), name="stdin", daemon=True)
            self._thread.start()
        line = await self._queue.get()
        self._ended = line is None
        return line

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        pending = ""
        while chunk := self._chunk():
            *whole, pending = (pending + decoder.decode(chunk)).split("\n")
            for line in whole:
                self._hand_over(loop, line.removesuffix("\r"))
        if pending:
            self._hand_over(loop, pending)
        self._hand_over(loop, None)

    def _chunk(self) -> bytes:
        try:
            return os.read(self._descriptor, 65536)
        except OSError:
            # A terminal that was hung up, or no standard input at all: nothing more comes.
            return b""

    def _hand_over(self, loop: asyncio.AbstractEventLoop, line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._queue.put_nowait, line)
