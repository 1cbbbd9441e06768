"""The audit log as lines of JSON in a file, for whatever collects logs: it follows the table by the entries' numbers.

The table is the truth. The file gets every entry once. Where the last whole line is of this database, it tells where
the next process goes on. Else the file is new, or another database's, and the store's own note tells.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import structlog

from bot.domain import AuditEntry, AuditFilter
from bot.errors import SettingsError, StoreError
from bot.ports import Clock, Records, Redact, Store
from bot.redaction import Redactor

NOTES = "-audit-file"
"""Under which the store's notes keep how far each file has come, and the database's id."""
DATABASE = "database"
"""The name of the note, and of the lines' field, that has the database's id: no file's, those are whole paths."""
SECONDS = 1.0
"""Between two looks for new entries."""
AT_ONCE = 500
"""Entries that are read at once."""
_PIECE = 1 << 16
"""Bytes that are read at once, from the end of the file backwards."""
_OTHERS = 0o077
"""The mode's bits of everybody but the owner."""

log = structlog.get_logger()


def line_of(entry: AuditEntry, *, database: str = "", redact: Redact | None = None) -> str:
    """Return an entry as one line of JSON, without secrets.

    Args:
        entry: What it says.
        database: The id of the database whose entry it is.
        redact: Takes secrets out.
    """
    values = asdict(entry) | {"at": entry.at.isoformat(), "action": entry.action.value}
    line = {"number": values.pop("number"), DATABASE: database, **values}
    return json.dumps(redact.value(line) if redact is not None else line, ensure_ascii=True)


def database_of(records: Records) -> str:
    """Return the id of the database; empty: it has none yet."""
    return records.notes.read(NOTES, DATABASE) or ""


class AuditFile:
    """Appends lines to a file that others may rename and read meanwhile. Blocks; call it on a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def mend(self) -> bytes:
        """Make the file if there is none, cut off a torn last line; return the last whole one, empty if there is none.

        Raises:
            OSError: It cannot be read or written.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "rb+") as file:
            size = file.seek(0, os.SEEK_END)
            end = _after_line_end(file, size)
            if end < size:
                file.truncate(end)
                os.fsync(file.fileno())
            begin = _after_line_end(file, end - 1)
            file.seek(begin)
            return file.read(max(0, end - begin))

    def is_open_to_others(self) -> bool:
        """Say whether others than the owner may read or write it.

        Raises:
            OSError: Its mode cannot be read.
        """
        return bool(self._path.stat().st_mode & _OTHERS)

    def append(self, lines: Sequence[str]) -> None:
        """Append lines, durably; the file is opened anew each time, so a renamed one is left alone.

        Raises:
            OSError: They are not all there.
        """
        text = "".join(f"{line}\n" for line in lines)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(text.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())


def _after_line_end(file: BinaryIO, before: int) -> int:
    """Return the place after the last line end that stands before this place; 0: there is none."""
    at = max(0, before)
    while at > 0:
        begin = max(0, at - _PIECE)
        file.seek(begin)
        found = file.read(at - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        at = begin
    return 0


class Follower:
    """Brings new entries into the file."""

    def __init__(self, store: Store, path: Path, redact: Redact | None = None) -> None:
        """Follow the store's log; without `redact`, only keys that are known by their shape are taken out."""
        self._store = store
        self._path = path
        self._file = AuditFile(path)
        self._redact = redact or Redactor()
        self._database = ""
        self._warned = False
        self._position: int | None = None
        """The number of the last entry that is in the file; None: it is to be found out."""

    async def start(self) -> None:
        """Find out how far the file has come.

        Raises:
            SettingsError: It cannot be written.
            StoreError: The store cannot be read or written.
        """
        try:
            await self._find()
            if await asyncio.to_thread(self._file.is_open_to_others):
                log.warning("audit_file.open_to_others", path=str(self._path), advice=f"chmod 600 {self._path}")
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
            lines = [line_of(entry, database=self._database, redact=self._redact) for entry in entries]
            await asyncio.to_thread(self._file.append, lines)
            self._position = entries[-1].number
            await self._store.write(partial(_note, path=self._path, number=self._position), patient=True)

    async def _find(self) -> int:
        last = await asyncio.to_thread(self._file.mend)
        if not self._database:
            self._database = await self._store.write(_identify)
        self._position = await self._store.read(partial(self._told, line=last))
        if self._position is None:
            # A file that was just renamed away has left an empty one behind.
            noted = await self._store.read(lambda records: records.notes.read(NOTES, str(self._path)))
            self._position = int(noted or 0)
            if last and not self._warned:
                log.warning("audit_file.of_another_database", path=str(self._path), after=self._position)
                self._warned = True
        return self._position

    def _told(self, records: Records, *, line: bytes) -> int | None:
        """Return the number of the entry that a line is about; None: it is none of this database's.

        A copy of a database has its id. What was recorded after it was copied is another's all the same.
        """
        told = _parsed(line)
        number = told.get("number")
        if told.get(DATABASE) != self._database or not isinstance(number, int):
            return None
        known = _entries(records, wanted=AuditFilter(after=number - 1, limit=1))
        same = [each for each in known if each.number == number and each.at.isoformat() == told.get("at")]
        return number if same else None

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
async def following(store: Store, path: Path | None, clock: Clock, redact: Redact | None = None) -> AsyncIterator[None]:
    """Keep the file up to date around a block; without a path, do nothing.

    Raises:
        SettingsError: The file cannot be written.
    """
    if path is None:
        yield
        return
    follower = Follower(store, path, redact)
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


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(line)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _identify(records: Records) -> str:
    """Return the database's id, which it gets now if it has none."""
    if not database_of(records):
        records.notes.keep(NOTES, DATABASE, uuid4().hex)
    return database_of(records)


def _entries(records: Records, *, wanted: AuditFilter) -> list[AuditEntry]:
    return records.audit.of(wanted)


def _note(records: Records, *, path: Path, number: int) -> None:
    records.notes.keep(NOTES, str(path), str(number))
