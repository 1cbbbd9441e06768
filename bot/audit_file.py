"""The audit log as lines of JSON in a file, for whatever collects logs: it follows the table by the entries' numbers.

The table is the truth. The file gets every entry once: what the last line tells, or the store's note after it, is
where the next process goes on, and a line that a crash cut off is written anew.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

import structlog

from bot.domain import AuditEntry, AuditFilter
from bot.errors import SettingsError, StoreError
from bot.ports import Clock, Records, Store

NOTES = "-audit-file"
"""Under which the store's notes keep how far each file has come."""
SECONDS = 1.0
"""Between two looks for new entries."""
AT_ONCE = 500
"""Entries that are read at once."""
_TAIL = 1 << 16
"""Bytes at the end of the file that hold its last whole line: an entry has no texts, so it is short."""

log = structlog.get_logger()


def line_of(entry: AuditEntry) -> str:
    """Return an entry as one line of JSON."""
    values = asdict(entry) | {"at": entry.at.isoformat(), "action": entry.action.value}
    first = {"number": values.pop("number")}
    return json.dumps({**first, **values}, ensure_ascii=True)


class AuditFile:
    """Appends lines to a file that others may rename and read meanwhile. Blocks; call it on a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def mend(self) -> tuple[int, bool]:
        """Make the file if there is none, cut off a torn last line; return the last entry's number, and whether it did.

        The number is 0 where there is no entry.

        Raises:
            OSError: It cannot be read or written.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "rb+") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            torn = len(whole) < len(tail)
            if torn:
                file.truncate(size - len(tail) + len(whole))
                os.fsync(file.fileno())
            return _number(whole), torn

    def append(self, entries: Sequence[AuditEntry]) -> None:
        """Append entries, durably; the file is opened anew each time, so a renamed one is left alone.

        Raises:
            OSError: They are not all there.
        """
        text = "".join(f"{line_of(entry)}\n" for entry in entries)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(text.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())


def _number(lines: bytes) -> int:
    """Return the number of the last line that is an entry."""
    for line in reversed(lines.splitlines()):
        with suppress(ValueError, KeyError, TypeError):
            return int(json.loads(line)["number"])
    return 0


class Follower:
    """Brings new entries into the file."""

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path
        self._file = AuditFile(path)
        self._position: int | None = None
        """The number of the last entry that is in the file; None: it is to be found out."""

    async def start(self) -> None:
        """Find out how far the file has come.

        Raises:
            SettingsError: It cannot be written.
            StoreError: The store cannot be read.
        """
        try:
            await self._find()
        except OSError as error:
            raise SettingsError(
                f"The audit log cannot be written to {self._path}: {error.strerror or error}. Make the folder and let "
                "this user write there, or take the setting audit_file out."
            ) from error

    async def catch_up(self) -> None:
        """Append every entry that is not in the file yet.

        Raises:
            OSError, StoreError: Not all of them; the next call goes on.
        """
        while True:
            position = await self._find() if self._position is None else self._position
            wanted = AuditFilter(after=position, limit=AT_ONCE)
            entries = await self._store.read(partial(_entries, wanted=wanted))
            if not entries:
                return
            # Until it is known to be there, a part of it may be: then the file is looked at again.
            self._position = None
            await asyncio.to_thread(self._file.append, entries)
            self._position = entries[-1].number
            await self._store.write(partial(_note, path=self._path, number=self._position), patient=True)

    async def _find(self) -> int:
        told, torn = await asyncio.to_thread(self._file.mend)
        noted = int(await self._store.read(lambda records: records.notes.read(NOTES, str(self._path))) or 0)
        # A file that was just renamed away has left an empty one behind; one that was torn tells best what it lacks.
        self._position = told if torn and told else max(told, noted)
        return self._position

    async def run(self, clock: Clock) -> None:
        """Catch up again and again; what goes wrong is logged and tried again."""
        well = True
        while True:
            try:
                await self.catch_up()
                well = True
            except (OSError, StoreError) as error:
                if well:
                    log.error("audit_file.behind", path=str(self._path), error=str(error))
                well = False
            await clock.sleep(SECONDS)


@asynccontextmanager
async def following(store: Store, path: Path | None, clock: Clock) -> AsyncIterator[None]:
    """Keep the file up to date around a block; without a path, do nothing.

    Raises:
        SettingsError: The file cannot be written.
    """
    if path is None:
        yield
        return
    follower = Follower(store, path)
    await follower.start()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(follower.run(clock))
        try:
            yield
        finally:
            task.cancel()
    try:
        await follower.catch_up()
    except (OSError, StoreError) as error:
        # Nothing is lost: the next process goes on from there.
        log.error("audit_file.behind", path=str(path), error=str(error))


def _entries(records: Records, *, wanted: AuditFilter) -> list[AuditEntry]:
    return records.audit.of(wanted)


def _note(records: Records, *, path: Path, number: int) -> None:
    records.notes.keep(NOTES, str(path), str(number))
