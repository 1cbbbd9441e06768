"""One thread that works through what callers hand in; what is queued together it performs together.

Of those that wait, the ones that must be first go first, then the urgent ones, then the patient ones, each in order.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar

from bot.errors import StoreError
from bot.store.jobs import Group, Job

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long patient jobs let urgent ones go first."""

    after_urgent: float = 0.0
    """Seconds after an urgent job in which the next one of the same caller may come."""
    longest: float = 0.0
    """Seconds after which one is performed with the next urgent one, whoever waits."""
    several: int = 1
    """How many of them are so performed at once: together they are worth their share of a group."""


class Lane:
    """Performs jobs on a thread of its own, several at once when several wait.

    A caller that is cancelled while its job waits withdraws it; once the job has begun, the caller gets its
    CancelledError only after the job is over.
    """

    def __init__(
        self,
        name: str,
        perform: Callable[[Group], None],
        *,
        at_end: Callable[[], None],
        most: int = 1,
        patience: Patience = Patience(),
        at_rest: Callable[[], None] = lambda: None,
        rest: float | None = None,
    ) -> None:
        """Begin.

        Args:
            name: The thread's.
            perform: Gives each job of a group its outcome; an error that it raises is that of all that have begun and
                have none.
            at_end: Called on the thread after the last job.
            most: How many jobs it takes at once.
            patience: How long patient jobs let urgent ones go first.
            at_rest: Called on the thread when there was no job for a while; must not raise.
            rest: After how many seconds.
        """
        self._perform = perform
        self._at_end = at_end
        self._most = most
        self._patience = patience
        self._first: deque[Job] = deque()
        self._first_went = False
        self._urgent: deque[Job] = deque()
        self._patient: deque[Job] = deque()
        self._last = False
        self._urgent_at = -math.inf
        self._at_rest = at_rest
        self._rest = rest
        self._rested = False
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        self._ended: Future[None] = Future()
        # A daemon: a process that ends without closing loses only what nobody was told to be durable.
        Thread(target=self._work, name=name, daemon=True).start()

    async def submit(self, work: Callable[[Any], T], *, patient: bool = False, first: bool = False) -> T:
        """Have `work` performed and return what it returned.

        Args:
            work: Is handed nothing here; see `perform`.
            patient: It lets others go first for a little while.
            first: All that have not begun let it go first.

        Raises:
            StoreError: The lane is closed.
        """
        job = Job(work, patient=patient, first=first)
        with self._closing:
            if self._closed:
                raise StoreError("The store is closed.")
            self._queue.put(job)
        result: T = await job.outcome()
        return result

    async def close(self) -> None:
        """Finish what is queued and end the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        await asyncio.shield(asyncio.wrap_future(self._ended))

    def _work(self) -> None:
        while jobs := self._next():
            group = Group(jobs, self._hurried)
            if group.begun:
                self._performed(group)
            self._put_back(group.left)
            # Nothing of a finished group stays in memory while the lane waits for the next.
            del jobs, group
        try:
            self._at_end()
        except BaseException as error:
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    def _performed(self, group: Group) -> None:
        try:
            self._perform(group)
        except BaseException as error:
            for job in group.begun:
                job.fail(error)
        _tell(group.begun)
        self._rested = False
        if not all(job.patient for job in group.begun):
            self._urgent_at = monotonic()

    def _next(self) -> list[Job]:
        """Return what is to be performed together, after waiting for it; nothing when the lane is closed."""
        while True:
            self._collect()
            jobs = self._due()
            if jobs or self._last:
                return jobs
            self._wait()

    def _collect(self) -> None:
        """Take from the queue what is in it: what must be first may be its last."""
        with suppress(Empty):
            while True:
                self._sort(self._queue.get_nowait())

    def _sort(self, job: Job | None) -> None:
        if job is None:
            self._last = True
        elif job.first:
            self._first.append(job)
        else:
            (self._patient if job.patient else self._urgent).append(job)

    def _put_back(self, left: deque[Job]) -> None:
        while left:
            job = left.pop()
            (self._patient if job.patient else self._urgent).appendleft(job)

    def _hurried(self) -> Job | None:
        self._collect()
        return self._first.popleft() if self._first else None

    def _due(self) -> list[Job]:
        # In turns, however many must be first: a group of others takes them in after its first job.
        others = self._others() if self._first_went or not self._first else []
        self._first_went = not others and bool(self._first)
        return others or self._taken(self._first, self._most)

    def _others(self) -> list[Job]:
        jobs = self._taken(self._urgent, self._most)
        if self._last or self._impatient(jobs):
            jobs += self._taken(self._patient, self._most - len(jobs))
        return jobs

    def _taken(self, waiting: deque[Job], most: int) -> list[Job]:
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def _impatient(self, urgent: Sequence[Job]) -> bool:
        """Say whether patient jobs are performed now: nobody is in their way, they are several, or waited enough."""
        if not self._patient:
            return False
        now = monotonic()
        if not urgent and now >= self._urgent_at + self._patience.after_urgent:
            return True
        return len(self._patient) >= self._patience.several or now >= self._patient[0].at + self._patience.longest

    def _wait(self) -> None:
        """Wait for one more job, or until patient ones are due, or until the lane may rest."""
        timeout = None if self._rested else self._rest
        if self._patient:
            due = min(self._urgent_at + self._patience.after_urgent, self._patient[0].at + self._patience.longest)
            timeout = max(0.0, due - monotonic())
        try:
            self._sort(self._queue.get(timeout=timeout))
        except Empty:
            if not self._patient:
                self._rested = True
                self._at_rest()


def _tell(jobs: Sequence[Job]) -> None:
    """Wake the callers of finished jobs: those on the same loop at once, in the order of their haste."""
    ordered = sorted(jobs, key=lambda job: (not job.first, job.patient))
    for loop in {job.loop: None for job in ordered}:
        # A loop that is closed has nobody left to be told.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_on, loop, ordered)


def _tell_on(loop: asyncio.AbstractEventLoop, jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.loop is loop:
            job.tell()
