"""The durable record: SQLAlchemy Core on SQLite. docs/decisions/0004 says what each of its settings protects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.ports import Clock
from bot.store.database import Database, discard, parse
from bot.store.lock import EngineLock as EngineLock
from bot.store.store import OnCommit as OnCommit
from bot.store.store import SqlStore
from bot.store.upgrade import bring_up, is_readable


def open_store(
    path_or_url: str | Path,
    *,
    clock: Clock | None = None,
    read_only: bool = False,
    busy_seconds: float = 5.0,
    on_commit: OnCommit | None = None,
) -> SqlStore:
    """Open the store, creating or migrating its tables first. Blocks; an event loop calls it on a thread.

    An engine takes the `EngineLock` of the same path before. With `read_only`, any number of processes read beside
    an engine, also where nothing can be written; nothing is created or migrated, and where there is no database yet,
    the store is an empty one, and stays so: open it again to see more.

    Args:
        path_or_url: A file, `sqlite:///PATH`, or `:memory:`.
        clock: Where the times of records come from that are not given.
        read_only: Refuse to write.
        busy_seconds: How long to wait for another process that holds the database.
        on_commit: For crash tests: called on the writing thread as `on_commit(point, number)`, where point is
            `before_commit` or `after_commit` and commits are numbered from 1. Raising in it before the commit rolls
            back; raising after it is a commit whose answer was lost.

    Raises:
        SettingsError: The address is of another kind.
        StoreVersionError: The database is from a newer Threadfast; with `read_only`, also from an older one.
        StoreCorruptError: The file is damaged, or not a database, or another program's.
        StoreFullError, StoreReadOnlyError, StoreError: It could not be opened or written.
    """
    database = parse(path_or_url, busy_seconds=busy_seconds)
    now = clock.now if clock is not None else _now
    if read_only:
        return SqlStore(database, writer=None, reader=_reader(database), now=now)
    database.make_file()
    # A process that died after a deletion has left what it deleted in the log.
    left = database.has_log()
    writer = database.connect()
    try:
        bring_up(database, writer)
        reader = None if database.path is None else database.connect(read_only=True)
    except BaseException:
        discard(writer)
        raise
    return SqlStore(database, writer=writer, reader=reader, now=now, on_commit=on_commit, scrub=left)


def _reader(database: Database) -> sa.Connection:
    if not database.exists():
        return _nothing_yet()
    connection = database.connect(read_only=True)
    try:
        readable = is_readable(database, connection)
    except BaseException:
        discard(connection)
        raise
    if readable:
        return connection
    discard(connection)
    return _nothing_yet()


def _nothing_yet() -> sa.Connection:
    """Return a connection to an empty store."""
    memory = Database(path=None)
    connection = memory.connect()
    bring_up(memory, connection)
    return connection


def _now() -> datetime:
    return datetime.now(UTC)
