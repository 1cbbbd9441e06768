"""What callers hand in to a lane: jobs, and the groups in which they are performed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from time import monotonic
from typing import Any


class Job:
    """One caller's work and what became of it."""

    __slots__ = ("_begun", "_error", "_result", "_waiter", "at", "first", "loop", "over", "patient", "work")

    def __init__(self, work: Callable[[Any], Any], *, patient: bool = False, first: bool = False) -> None:
        self.work = work
        self.patient = patient
        """Whether it lets others go first."""
        self.first = first
        """Whether all others let it go first."""
        self.at = monotonic()
        """When it was handed in."""
        self.over = False
        """Whether it has its outcome."""
        self.loop = asyncio.get_running_loop()
        """The caller's."""
        self._waiter = self.loop.create_future()
        self._begun = Lock()
        self._result: Any = None
        self._error: BaseException | None = None

    def begin(self) -> bool:
        """Take it up; False when the caller has withdrawn it."""
        return self._begun.acquire(blocking=False)

    def succeed(self, result: Any) -> None:
        """Note what the caller gets."""
        self._result = result
        self.over = True

    def fail(self, error: BaseException) -> None:
        """Note that nothing of its work happened."""
        if self.over:
            return
        if isinstance(error, StopIteration):
            # A future cannot carry it, and the caller would wait for ever; generators have the same rule.
            told = RuntimeError("the work raised StopIteration")
            told.__cause__ = error
            error = told
        self._error = error
        self.over = True

    def tell(self) -> None:
        """Wake the caller, on its loop."""
        if self._waiter.done():
            return
        if self._error is None:
            self._waiter.set_result(self._result)
        else:
            self._waiter.set_exception(self._error)

    async def outcome(self) -> Any:
        """Return what the work returned; cancelled, only once it is withdrawn or over."""
        try:
            return await self._waiter
        except asyncio.CancelledError:
            # Whoever gets the lock first decides: withdrawn, or begun.
            if not self._begun.acquire(blocking=False):
                await self._until_over()
            raise

    async def _until_over(self) -> None:
        while not self.over:
            self._waiter = self.loop.create_future()
            try:
                await asyncio.wait([self._waiter])
            except asyncio.CancelledError:
                # Cancelled once more: the transaction still ends first.
                continue
            # Seen: the caller is told of its cancellation instead.
            self._waiter.exception()


class Group:
    """Jobs that are performed together, each begun when its turn comes; until then its caller may withdraw it.

    One that must be first and comes meanwhile is the next, and the last: it would wait for all that follow.
    """

    def __init__(self, jobs: Sequence[Job], hurried: Callable[[], Job | None]) -> None:
        """Begin the first job that is not withdrawn.

        Args:
            jobs: What is to be performed, in order.
            hurried: Takes the next job that must be first and waits by now.
        """
        self.alone = len(jobs) == 1
        """Whether it has one job only, and gets no other."""
        self.begun: list[Job] = []
        """Those that are or were performed."""
        self.left = deque(jobs)
        """Those that have not begun."""
        self._hurried = hurried
        self._takes_more = not self.alone and not jobs[0].first
        self._ending = False
        self._next()

    def __iter__(self) -> Iterator[Job]:
        """Yield each job once it has begun."""
        job = self.begun[0] if self.begun else None
        while job is not None:
            yield job
            job = self._next()

    def _next(self) -> Job | None:
        while (job := self._following()) is not None:
            if job.begin():
                self.begun.append(job)
                return job
        return None

    def _following(self) -> Job | None:
        # One of its own goes before all that hurry: they may be so many that nothing else would be performed.
        hurried = self._hurried() if self._takes_more and self.begun else None
        if hurried is not None:
            self._ending = True
            return hurried
        return self.left.popleft() if self.left and not self._ending else None
