"""The database's driver: the only module that names one.

It knows where the database lies, how a connection is opened and begun, how a file is copied, and what each of the
driver's errors means for the caller. docs/decisions/0004 says what each setting protects.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.sqlite import insert as insert
from sqlalchemy.pool import StaticPool

from bot.errors import (
    SettingsError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    ThreadfastError,
)

Driver = sqlite3.Connection
"""What the driver calls a connection."""
DriverError = sqlite3.Error
"""What all of the driver's errors are."""

_SCHEMES = ("sqlite+aiosqlite:///", "sqlite+pysqlite:///", "sqlite:///")
# Below this a failed write or a failed growth of the shared index is the disk being full, whatever the code says.
_ROOM = 1 << 20
# A burst makes the log grow; SQLite would keep it at that size for ever.
_LOG_LIMIT = "journal_size_limit=67108864"
# The log is moved into the database while nobody writes (`Link.tidy`); in a commit only where there is no such time.
_LOG_PAGES = "wal_autocheckpoint=8000"
# What is deleted or replaced is overwritten: a deleted conversation must not be found in the file's free space.
_WRITING = ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "secure_delete=ON", _LOG_LIMIT, _LOG_PAGES)
_READING = ("query_only=ON",)
_FULL = frozenset({sqlite3.SQLITE_FULL})
_READ_ONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH})
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_SYSTEM = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EACCES: sqlite3.SQLITE_READONLY,
    errno.EPERM: sqlite3.SQLITE_READONLY,
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.ENOTDIR: sqlite3.SQLITE_CANTOPEN,
}
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where a database lies and how its connections are opened."""

    path: Path | None
    """None: in memory, for tests and for a store that does not exist yet."""
    busy_seconds: float = 5.0
    """How long to wait for another process's transaction."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the database in memory" if self.path is None else str(self.path)

    def connect(self, *, read_only: bool = False) -> sa.Connection:
        """Open a connection that any one thread at a time may use.

        Raises:
            StoreReadOnlyError, StoreCorruptError, StoreError: It could not be opened.
        """
        engine = sa.create_engine(
            "sqlite://", creator=lambda: self._open(read_only), poolclass=StaticPool, query_cache_size=200
        )
        begin = self.begin(read_only)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        with self.translating():
            return engine.connect()

    def begin(self, read_only: bool) -> str:
        """Return the statement that begins a transaction."""
        return "BEGIN" if read_only or self.path is None else "BEGIN IMMEDIATE"

    def _open(self, read_only: bool) -> sqlite3.Connection:
        if not read_only:
            return self._opened(self._address(read_only), _WRITING)
        connection = self._opened(self._address(read_only), _READING)
        try:
            # The first look makes the shared index of the log where there is none.
            connection.execute("SELECT count(*) FROM sqlite_master").close()
        except sqlite3.Error as error:
            connection.close()
            if self.path is None or not isinstance(self.translate(error), StoreFullError):
                raise
            # No room for that index, so nobody writes here: an exclusive reader keeps its own in memory.
            return self._opened(f"{self.path.absolute().as_uri()}?mode=rw", (*_READING, "locking_mode=EXCLUSIVE"))
        return connection

    def _opened(self, address: str, pragmas: Sequence[str]) -> sqlite3.Connection:
        # isolation_level=None: the driver begins nothing by itself; BEGIN is ours, above.
        connection = sqlite3.connect(
            address,
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=self.busy_seconds,
        )
        try:
            for pragma in (*pragmas, "foreign_keys=ON"):
                self._set(connection, pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set(self, connection: sqlite3.Connection, pragma: str) -> None:
        until = monotonic() + self.busy_seconds
        while True:
            try:
                connection.execute(f"PRAGMA {pragma}").close()
            except sqlite3.OperationalError as error:
                if _code(error) not in _BUSY or monotonic() >= until:
                    raise
                # Two that give a new file its log at once: SQLite refuses one of them without waiting.
                sleep(0.01)
            else:
                return

    def _address(self, read_only: bool) -> str:
        if self.path is None:
            return ":memory:"
        address = self.path.absolute().as_uri()
        if not read_only:
            return f"{address}?mode=rwc"
        return f"{address}?{'immutable=1' if self._never_written() else 'mode=ro'}"

    def _never_written(self) -> bool:
        """Whether this is a cleanly closed file in a folder where no index of its log can be made.

        SQLite cannot read such a file in WAL mode unless told that nobody writes it; and nobody can without
        leaving a log beside it.
        """
        assert self.path is not None
        beside = [self.path.with_name(self.path.name + end) for end in ("-wal", "-shm")]
        return not os.access(self.path.parent, os.W_OK) and not any(path.exists() for path in beside)

    def exists(self) -> bool:
        """Return whether there is a file.

        Raises:
            StoreReadOnlyError: Its folder may not be entered.
        """
        if self.path is None:
            return False
        with self.translating_files():
            return self.path.exists()

    def has_log(self) -> bool:
        """Return whether a log lies beside the file, with something in it."""
        if self.path is None:
            return False
        try:
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size > 0
        except OSError:
            return False

    def make_file(self) -> None:
        """Create the folder and an empty file that only its owner reads, where there are none.

        Raises:
            StoreReadOnlyError, StoreFullError, StoreError: They could not be made.
        """
        if self.path is None or self.exists():
            return
        with self.translating_files():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            sync_folder(self.path.parent)

    def back_up(self, target: Path) -> None:
        """Copy the database, with everything committed, to a file that appears whole or not at all.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: There is no copy.
        """
        assert self.path is not None
        partial = target.with_name(target.name + ".part")
        with self.translating_files():
            try:
                partial.unlink(missing_ok=True)
                with closing(self._open(read_only=False)) as source, closing(sqlite3.connect(partial)) as copy:
                    source.backup(copy)
                partial.chmod(0o600)
                with partial.open("rb+") as file:
                    os.fsync(file.fileno())
                partial.replace(target)
                sync_folder(target.parent)
            finally:
                partial.unlink(missing_ok=True)

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Raise the driver's errors as ours."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self.translate(error.orig or error) from error
        except sqlite3.Error as error:
            raise self.translate(error) from error

    @contextmanager
    def translating_files(self) -> Iterator[None]:
        """Raise the driver's errors, and the file system's, as ours."""
        try:
            with self.translating():
                yield
        except OSError as error:
            raise self.translate(error) from error

    def translate(self, error: BaseException) -> ThreadfastError:
        """Return our error for one of the driver or the file system."""
        code = _code(error)
        if code in _FULL or (code == sqlite3.SQLITE_IOERR and not self._has_room()):
            return StoreFullError(f"The disk is full at {self.name}. Make room; nothing needs to be restarted.")
        if code in _READ_ONLY:
            return StoreReadOnlyError(
                f"{self.name} cannot be written or opened ({error}). "
                "Make the file and its folder writable for this user."
            )
        if code in _CORRUPT:
            return StoreCorruptError(
                f"{self.name} is damaged or is not a database ({error}). Move it away, or put a backup in its place."
            )
        if code in _BUSY:
            return StoreError(
                f"{self.name} was held by another process for more than {self.busy_seconds:g} s. Try again; "
                "if it stays so, end the program that holds it."
            )
        if code == sqlite3.SQLITE_CONSTRAINT:
            return StoreError(f"A record does not fit the others in {self.name} ({error}). Nothing was recorded.")
        return StoreError(f"{self.name} could not do this ({error}). Nothing of it was recorded; try again.")

    def _has_room(self) -> bool:
        if self.path is None:
            return True
        try:
            return shutil.disk_usage(self.path.parent).free >= _ROOM
        except OSError:
            return True


def parse(path_or_url: str | Path, *, busy_seconds: float = 5.0) -> Database:
    """Return the database that a path, an `sqlite:///` address or `:memory:` names.

    Raises:
        SettingsError: It is an address of another kind.
    """
    text = str(path_or_url)
    for scheme in _SCHEMES:
        if text.startswith(scheme):
            text = text.removeprefix(scheme) or ":memory:"
            break
    if "://" in text:
        kind = text.partition("://")[0]
        raise SettingsError(
            f"The store cannot use a database of the kind {kind!r}. Give a file's path or sqlite:///PATH."
        )
    if not text:
        raise SettingsError("The store has no path. Give a file's path or sqlite:///PATH.")
    path = None if text == ":memory:" else _resolved(Path(text).expanduser())
    if path is not None and _is_folder(path):
        raise SettingsError(f"The store's path {path} is a folder. Give the path of a file.")
    return Database(path=path, busy_seconds=busy_seconds)


def _resolved(path: Path) -> Path:
    """Return the file itself: whoever comes by a symbolic link finds the same lock beside it."""
    try:
        return path.resolve()
    except RuntimeError as error:
        raise SettingsError(f"The store's path {path} is a symbolic link that leads back to itself.") from error


def discard(connection: sa.Connection) -> None:
    """Close a connection for good."""
    connection.close()
    connection.engine.dispose()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # Not to be looked at: opening it says why, in our words.
        return False


def tables(connection: sa.Connection) -> frozenset[str]:
    """Return the names of the tables there are."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return frozenset(name for (name,) in found)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _code(error: BaseException) -> int:
    if isinstance(error, sqlite3.Error):
        # The low byte is the primary code; the rest says more about the same.
        return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, sqlite3.SQLITE_ERROR)
    return sqlite3.SQLITE_ERROR
