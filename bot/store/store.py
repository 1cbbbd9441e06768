"""The store: transactions on two threads, one that writes and one that reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.errors import StoreError, StoreReadOnlyError, ThreadfastError
from bot.ports import Records
from bot.store.database import Database
from bot.store.jobs import Group, Job
from bot.store.lane import Lane, Patience
from bot.store.link import Link
from bot.store.records import SqlRecords, Transaction

T = TypeVar("T")
OnCommit = Callable[[str, int], None]
"""Called on the writing thread with `before_commit` or `after_commit`, and the commit's number from 1."""

# Bounds how long the first of a group waits for the last one's statements.
_MOST_IN_A_GROUP = 64
# After a commit that somebody waits for, the next of the same answer follows within some milliseconds.
_PATIENCE = Patience(after_urgent=0.003, longest=0.01, several=4)
# A pause of people, not one between the writes of an answer.
_REST_SECONDS = 0.05
# About a thousand pages of the log.
_UNTIDIED_COMMITS = 30


class SqlStore:
    """`bot.ports.Store` over one database.

    Works that are queued while a commit is under way share the next one: each runs in a savepoint of its own, and
    its caller is told only after the one commit that makes all of them durable.
    """

    def __init__(
        self,
        database: Database,
        *,
        writer: sa.Connection | None,
        reader: sa.Connection | None,
        now: Callable[[], datetime],
        on_commit: OnCommit | None = None,
        scrub: bool = False,
    ) -> None:
        """Take two open connections.

        Args:
            database: Where they lead.
            writer: None: this store only reads.
            reader: None: reads run on the writer, which is all that a database in memory has.
            now: The current time.
            on_commit: A hook for tests that end the process at a commit.
            scrub: Cut off the log that is there: what was deleted may still be in it.
        """
        assert writer is not None or reader is not None
        self._database = database
        self._now = now
        self._on_commit = on_commit
        self._commits = 0
        self._durable: list[Callable[[], None]] = []
        self._tidied = 0
        self._scrub = scrub
        self._writes: Lane | None = None
        self._reads: Lane | None = None
        if writer is not None:
            link = Link(database, writer)
            self._writes = Lane(
                "store-write",
                self._group_on(link),
                at_end=self._close(link),
                most=_MOST_IN_A_GROUP,
                patience=_PATIENCE,
                at_rest=self._tidy(link),
                rest=_REST_SECONDS,
            )
        if reader is not None:
            link = Link(database, reader, read_only=True)
            self._reads = Lane("store-read", self._snapshot_on(link), at_end=self._close(link))

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        """Run `work` in one transaction and return what it returned, once that is durable."""
        if self._writes is None:
            raise StoreReadOnlyError(f"{self._database.name} was opened to be read only.")

        def perform(link: Link) -> T:
            return self._perform(work, link, writable=True)

        return await self._writes.submit(perform, patient=patient, first=first)

    async def read(self, work: Callable[[Records], T]) -> T:
        """Run `work` on one consistent view; changing something raises StoreReadOnlyError."""

        def perform(link: Link) -> T:
            return self._perform(work, link, writable=False)

        lane = self._reads or self._writes
        assert lane is not None
        return await lane.submit(perform)

    async def close(self) -> None:
        """Finish what has begun and let the file go; may be called again."""
        # The writer last: the last one to close the file also moves its log into it.
        for lane in (self._reads, self._writes):
            if lane is not None:
                await lane.close()

    def _close(self, link: Link) -> Callable[[], None]:
        def perform() -> None:
            with self._database.translating():
                link.close()

        return perform

    def _tidy(self, link: Link) -> Callable[[], None]:
        def perform() -> None:
            if self._commits - self._tidied < _UNTIDIED_COMMITS and not self._scrub:
                return
            self._tidied = self._commits
            # Nobody waits for this. What is wrong with the disk is told by the next commit.
            with suppress(ThreadfastError):
                if self._scrub:
                    self._scrub = not link.scrub()
                else:
                    link.tidy()

        return perform

    def _perform(self, work: Callable[[Records], T], link: Link, *, writable: bool) -> T:
        transaction = Transaction(link, self._now, writable=writable)
        try:
            result = work(SqlRecords(transaction))
            if transaction.durable:
                self._durable += transaction.durable
            return result
        finally:
            transaction.end()
            self._scrub = self._scrub or transaction.scrubs

    def _snapshot_on(self, link: Link) -> Callable[[Group], None]:
        def perform(group: Group) -> None:
            for job in group:
                with link.transaction():
                    result = job.work(link)
                job.succeed(result)

        return perform

    def _group_on(self, link: Link) -> Callable[[Group], None]:
        # A work alone needs no savepoint: its error rolls the transaction back.
        def perform(group: Group) -> None:
            self._durable = []
            with link.transaction():
                ended = [(_alone if group.alone else _in_savepoint)(job, link) for job in group]
                self._before_commit(link)
            self._hook("after_commit")
            for call in self._durable:
                call()
            for end in ended:
                end()

        return perform

    def _before_commit(self, link: Link) -> None:
        if not link.in_transaction:
            # The driver would take a commit of nothing for a success.
            raise _lost(None)
        self._commits += 1
        self._hook("before_commit")

    def _hook(self, point: str) -> None:
        if self._on_commit is not None:
            self._on_commit(point, self._commits)


def _alone(job: Job, link: Link) -> Callable[[], None]:
    """Run the one work of a transaction; return how to tell its caller after the commit."""
    result = job.work(link)
    return lambda: job.succeed(result)


def _in_savepoint(job: Job, link: Link) -> Callable[[], None]:
    """Run one work of a group; return how to tell its caller after the commit."""
    link.savepoint()
    try:
        result = job.work(link)
    except BaseException as error:
        if not link.in_transaction:
            raise _lost(error) from error
        link.undo()
        failure = error
        return lambda: job.fail(failure)
    link.release()
    return lambda: job.succeed(result)


def _lost(error: Any) -> ThreadfastError:
    """Return what every caller of a group is told whose transaction the database gave up as a whole."""
    if isinstance(error, ThreadfastError):
        return error
    return StoreError("The database gave the transaction up. Nothing of it was recorded; try again.")
