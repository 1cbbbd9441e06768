"""Leaving although a thread is still at work: a tool that sleeps must not keep a process that is to end.

Nothing is lost by not waiting for it: whatever counts is recorded, and what a tool does after its run was given up
is not.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent import futures
from contextlib import suppress
from typing import Any, NoReturn, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
PATIENCE = 1.0
"""Seconds that threads get to end by themselves."""


class PatientThreads(futures.ThreadPoolExecutor):
    """A loop's threads, whose shutting down waits for what they do, but not for ever."""

    def __init__(self) -> None:
        super().__init__(thread_name_prefix="asyncio")
        self._under_way: set[futures.Future[Any]] = set()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> futures.Future[T]:
        """Have a thread call the function."""
        future = super().submit(function, *args, **kwargs)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more, and give what is under way a moment where the caller would wait for it."""
        super().shutdown(wait=False, cancel_futures=wait or cancel_futures)
        if wait:
            futures.wait(self._under_way.copy(), timeout=PATIENCE)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does, without waiting at its end for threads that do not come to theirs."""

    async def with_patience() -> T:
        asyncio.get_running_loop().set_default_executor(PatientThreads())
        return await work

    return asyncio.run(with_patience())


def leave(status: int) -> NoReturn:
    """End the process with this status; the interpreter itself would wait for every thread.

    What stands in the standard streams' buffers is written, unless a thread holds them because nobody reads on.
    """
    with suppress(KeyboardInterrupt):
        _let_end()
    if not _keeping():
        sys.exit(status)
    with suppress(KeyboardInterrupt):
        _let_flush()
    os._exit(status)


def _let_end() -> None:
    until = time.monotonic() + PATIENCE
    for thread in _keeping():
        thread.join(max(0.0, until - time.monotonic()))


def _let_flush() -> None:
    flushing = threading.Thread(target=_flush, daemon=True)
    flushing.start()
    flushing.join(PATIENCE)


def _keeping() -> list[threading.Thread]:
    """Return the threads that the interpreter would wait for."""
    return [thread for thread in threading.enumerate() if not thread.daemon and thread is not threading.main_thread()]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # Either may have been closed before we began.
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
