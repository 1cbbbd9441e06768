"""One thread that works through what callers hand in, in order; what is queued together it gets together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from bot.errors import StoreError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One caller's work and where its outcome goes."""

    work: Callable[[Any], Any]
    outcome: Future[Any] = field(default_factory=Future)

    def fail(self, error: BaseException) -> None:
        """Tell the caller that nothing of its work happened."""
        if self.outcome.done():
            return
        if isinstance(error, StopIteration):
            # A future cannot carry it, and the caller would wait for ever; generators have the same rule.
            told = RuntimeError("the work raised StopIteration")
            told.__cause__ = error
            error = told
        self.outcome.set_exception(error)


class Lane:
    """Performs jobs on a thread of its own, several at once when several wait.

    A caller that is cancelled while its job waits withdraws it; once the job has begun, the caller gets its
    CancelledError only after the job is over.
    """

    def __init__(
        self,
        name: str,
        perform: Callable[[Sequence[Job]], None],
        *,
        at_end: Callable[[], None],
        most: int = 1,
    ) -> None:
        """Begin.

        Args:
            name: The thread's.
            perform: Gives each job its outcome; an error that it raises is the outcome of all that have none.
            at_end: Called on the thread after the last job.
            most: How many jobs it takes at once.
        """
        self._perform = perform
        self._at_end = at_end
        self._most = most
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        self._ended: Future[None] = Future()
        # A daemon: a process that ends without closing loses only what nobody was told to be durable.
        Thread(target=self._work, name=name, daemon=True).start()

    async def submit(self, work: Callable[[Any], T]) -> T:
        """Have `work` performed and return what it returned.

        Raises:
            StoreError: The lane is closed.
        """
        job = Job(work)
        with self._closing:
            if self._closed:
                raise StoreError("The store is closed.")
            self._queue.put(job)
        return await _outcome(job.outcome)

    async def close(self) -> None:
        """Finish what is queued and end the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        await asyncio.shield(asyncio.wrap_future(self._ended))

    def _work(self) -> None:
        while jobs := self._next():
            begun = [job for job in jobs if job.outcome.set_running_or_notify_cancel()]
            if not begun:
                continue
            try:
                self._perform(begun)
            except BaseException as error:
                for job in begun:
                    job.fail(error)
            # Nothing of a finished group stays in memory while the lane waits for the next.
            del jobs, begun
        try:
            self._at_end()
        except BaseException as error:
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    def _next(self) -> list[Job]:
        """Return what waits, at most `most`, after waiting for the first; nothing when the lane is closed."""
        first = self._queue.get()
        if first is None:
            return []
        jobs = [first]
        while len(jobs) < self._most:
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
            if job is None:
                self._queue.put(None)
                break
            jobs.append(job)
        return jobs


async def _outcome(future: Future[T]) -> T:
    waiter = asyncio.wrap_future(future)
    try:
        return await asyncio.shield(waiter)
    except asyncio.CancelledError:
        if not future.cancel():
            await _until_over(waiter)
        raise


async def _until_over(waiter: asyncio.Future[Any]) -> None:
    while not waiter.done():
        try:
            await asyncio.wait([waiter])
        except asyncio.CancelledError:
            # Cancelled once more: the transaction still ends first.
            continue
    if not waiter.cancelled():
        # Seen: the caller is told of its cancellation instead.
        waiter.exception()
