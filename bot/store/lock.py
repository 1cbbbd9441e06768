"""One engine per database file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from bot.errors import StoreInUseError
from bot.store.database import parse


class EngineLock:
    """Keeps a second engine away from a database file, until it is released or the process ends in any way.

    It is a lock of the operating system on `NAME.lock` beside the database, so a killed process leaves none behind.
    The file stays: removing it would let two processes hold locks on two files of one name.
    """

    def __init__(self, path_or_url: str | Path) -> None:
        self._database = parse(path_or_url)
        self._descriptor: int | None = None

    @property
    def path(self) -> Path | None:
        """The lock's file; None for a database in memory, which no other process can reach."""
        path = self._database.path
        return None if path is None else path.with_name(path.name + ".lock")

    def acquire(self) -> None:
        """Take the lock; harmless when this object has it already.

        Raises:
            StoreInUseError: Another engine has it.
            StoreReadOnlyError, StoreFullError: The lock's file cannot be made.
        """
        if self.path is None or self._descriptor is not None:
            return
        with self._database.translating_files():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Not inherited by programs that we start, so none of them keeps it when we are killed.
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreInUseError(self._refusal(holder)) from error
        except OSError as error:
            os.close(descriptor)
            raise self._database.translate(error) from error
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Let the lock go; harmless when this object does not have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> EngineLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _refusal(self, holder: str) -> str:
        who = f" (process {holder})" if holder else ""
        return (
            f"Another `threadfast chat` or engine{who} already works on {self._database.name}. End it first, or give "
            "this one another database: set THREADFAST_DATA_FOLDER or DATABASE_URL. "
            "The commands `runs`, `check` and `teams` only read and work meanwhile."
        )
