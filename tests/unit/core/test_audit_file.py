"""The audit log as lines in a file: every entry once, whatever happens to the file and to the process."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot import audit_file
from bot.audit_file import AuditFile, Follower, database_of, following, line_of
from bot.domain import AuditFilter
from bot.errors import SettingsError
from bot.ports import Redact, Store
from bot.redaction import Redactor
from bot.store import open_store
from tests.contract.test_store_audit import ENTRY, add
from tests.fakes import FakeClock
from tests.unit.store.samples import later


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await asyncio.to_thread(open_store, tmp_path / "x.db")
    yield opened
    await opened.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def numbers(path: Path) -> list[int]:
    return [json.loads(line)["number"] for line in path.read_text("ascii").splitlines()]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("ascii") + text, "ascii")


def rename(path: Path) -> Path:
    return path.rename(path.with_suffix(".1"))


def be_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def suffixes(folder: Path) -> list[str]:
    return sorted(each.suffix for each in folder.iterdir())


async def recorded(store: Store, count: int) -> None:
    await store.write(lambda records: add(records, *[ENTRY] * count))


async def forget_notes(store: Store, path: Path) -> None:
    """Leave only the file to tell how far it has come."""
    await store.write(lambda records: records.notes.keep(audit_file.NOTES, str(path), "0"))


def copy(path: Path, other: Path) -> None:
    """Make a backup."""
    with closing(sqlite3.connect(path)) as file, closing(sqlite3.connect(other)) as backup:
        file.backup(backup)


async def caught_up(store: Store, path: Path, redact: Redact | None = None) -> Follower:
    """Be a process that begins, catches up and goes on."""
    follower = Follower(store, path, redact)
    await follower.start()
    await follower.catch_up()
    return follower


async def test_line_has_every_field_of_the_entry(store: Store, path: Path) -> None:
    await recorded(store, 1)

    await caught_up(store, path)

    [line] = lines(path)
    assert line == {
        "number": 1,
        "database": await store.read(database_of),
        "at": ENTRY.at.isoformat(),
        "action": "approved",
        "person": ENTRY.person,
        "place": ENTRY.place,
        "conversation": ENTRY.conversation,
        "run": ENTRY.run,
        "request": ENTRY.request,
        "team": ENTRY.team,
        "sha256": ENTRY.sha256,
        "detail": ENTRY.detail,
    }


async def test_entries_come_in_batches_and_once_over_processes(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_file, "AT_ONCE", 3)
    await recorded(store, 7)

    await caught_up(store, path)
    await recorded(store, 2)
    await caught_up(store, path)
    await caught_up(store, path)

    assert numbers(path) == [*range(1, 10)]


@pytest.mark.parametrize("kept", [0, 5, 400, 200_000])
async def test_torn_last_line_is_written_anew(store: Store, path: Path, kept: int) -> None:
    await recorded(store, 2)
    await caught_up(store, path)
    await recorded(store, 1)
    # A process that dies while it appends has not noted how far it came.
    torn = line_of(replace(ENTRY, team="t" * 300_000) if kept > 400 else ENTRY)[:kept]
    append(path, torn)

    await caught_up(store, path)

    assert numbers(path) == [1, 2, 3]


async def test_line_that_is_longer_than_what_is_read_at_once_is_found(store: Store, path: Path) -> None:
    await store.write(lambda records: add(records, ENTRY, replace(ENTRY, team="t" * 300_000)))
    await caught_up(store, path)
    await forget_notes(store, path)

    await caught_up(store, path)

    assert numbers(path) == [1, 2]


async def test_file_of_another_database_gets_every_entry_of_this_one(store: Store, path: Path, tmp_path: Path) -> None:
    await recorded(store, 10)
    await caught_up(store, path)
    other = await asyncio.to_thread(open_store, tmp_path / "new.db")
    await recorded(other, 6)

    with capture_logs() as logged:
        await caught_up(other, path)
        await caught_up(other, path)
    await recorded(store, 1)
    await caught_up(store, path)
    await other.close()

    assert numbers(path) == [*range(1, 11), *range(1, 7), 11]
    assert len({line["database"] for line in lines(path)}) == 2
    assert [entry["event"] for entry in logged] == ["audit_file.of_another_database"]


async def test_database_that_was_put_back_from_a_backup_loses_nothing_new(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await recorded(store, 2)
    await caught_up(store, path)
    await asyncio.to_thread(copy, tmp_path / "x.db", tmp_path / "old.db")
    await recorded(store, 3)
    await caught_up(store, path)
    restored = await asyncio.to_thread(open_store, tmp_path / "old.db")
    await restored.write(lambda records: add(records, *[replace(ENTRY, at=later(60))] * 4))

    await caught_up(restored, path)
    await restored.close()

    assert numbers(path) == [1, 2, 3, 4, 5, 3, 4, 5, 6]


async def test_secrets_are_taken_out(store: Store, path: Path) -> None:
    await store.write(lambda records: add(records, replace(ENTRY, team="hunter2hunter2")))

    await caught_up(store, path, Redactor(["hunter2hunter2"]))

    [line] = lines(path)
    assert (line["team"], line["person"]) == ("[redacted]", ENTRY.person)


@pytest.mark.parametrize(("mode", "told"), [(0o644, ["audit_file.open_to_others"]), (0o600, [])])
async def test_file_that_others_may_read_is_told_at_the_start(
    store: Store, path: Path, mode: int, told: list[str]
) -> None:
    await asyncio.to_thread(path.touch)
    await asyncio.to_thread(path.chmod, mode)

    with capture_logs() as logged:
        await caught_up(store, path)

    assert [entry["event"] for entry in logged] == told


async def test_process_that_dies_before_it_notes_its_place_repeats_nothing(store: Store, path: Path) -> None:
    await recorded(store, 2)
    await caught_up(store, path)
    await recorded(store, 1)
    entries = await store.read(lambda records: records.audit.of(AuditFilter(after=2)))
    own = await store.read(database_of)
    await asyncio.to_thread(AuditFile(path).append, [line_of(entry, database=own) for entry in entries])

    await caught_up(store, path)

    assert numbers(path) == [1, 2, 3]


async def test_file_that_was_renamed_is_left_alone_also_by_the_next_process(store: Store, path: Path) -> None:
    await recorded(store, 2)
    follower = await caught_up(store, path)
    rename(path)
    await follower.catch_up()
    await caught_up(store, path)
    await recorded(store, 1)
    await caught_up(store, path)

    assert (numbers(path.with_suffix(".1")), numbers(path)) == ([1, 2], [3])


async def test_nothing_is_lost_while_the_file_cannot_be_written(store: Store, path: Path) -> None:
    follower = await caught_up(store, path)
    be_folder(path)
    await recorded(store, 2)
    with pytest.raises(OSError, match="directory"):
        await follower.catch_up()
    await asyncio.to_thread(path.rmdir)

    await follower.catch_up()

    assert numbers(path) == [1, 2]


async def test_file_that_cannot_be_written_is_told_at_the_start(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "audit.jsonl"

    with pytest.raises(SettingsError, match="Make the folder"):
        await Follower(store, path).start()


async def test_what_is_recorded_until_the_end_is_in_the_file(store: Store, path: Path) -> None:
    async with following(store, path, FakeClock()):
        await recorded(store, 3)

    assert numbers(path) == [1, 2, 3]


async def test_without_a_file_nothing_is_written(store: Store, tmp_path: Path) -> None:
    async with following(store, None, FakeClock()):
        await recorded(store, 1)

    assert suffixes(tmp_path) == [".db", ".db-shm", ".db-wal"]
