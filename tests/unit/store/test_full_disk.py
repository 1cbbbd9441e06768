"""A full disk: told as one, nothing half recorded, and the same store goes on when there is room."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain import RunId
from bot.errors import StoreError, StoreFullError
from bot.ports import Records
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.unit.store.opened import Opened
from tests.unit.store.samples import begin, big_value, effect, post
from tests.unit.store.test_upgrade import with_next

R1 = RunId("r1")

# Runs inside its own mount namespace, where a file system of one megabyte is the whole disk.
ON_A_SMALL_DISK = """
import asyncio, sys
from pathlib import Path
from bot.domain import RunId
from bot.errors import StoreFullError
from bot.store import open_store
from tests.unit.store.samples import begin, big_value, effect
folder = Path(sys.argv[1])
ballast = folder / "ballast"
ballast.write_bytes(b"x" * 500_000)
store = open_store(folder / "x.db")
def turn(n):
    return lambda records: records.journal.record(RunId("r1"), [effect(str(n), value=big_value(20_000))])
async def main():
    await store.write(begin)
    acknowledged = []
    try:
        for n in range(1000):
            await store.write(turn(n))
            acknowledged.append(str(n))
    except StoreFullError as error:
        print(error)
    kept = [e.key for e in await store.read(lambda records: records.journal.effects(RunId("r1")))]
    assert kept == acknowledged and kept, (kept, acknowledged)
    ballast.unlink()
    await store.write(turn("after"))
    kept = [e.key for e in await store.read(lambda records: records.journal.effects(RunId("r1")))]
    assert kept == [*acknowledged, "after"]
    await store.close()
    print("went on")
asyncio.run(main())
"""

READ_ON_A_FULL_DISK = """
import asyncio, contextlib, os, subprocess, sys
from pathlib import Path
from bot.domain import RunId
from bot.store import open_store
folder = Path(sys.argv[1])
written = '''
import asyncio, os, sys
from bot.store import open_store
from tests.unit.store.samples import begin
store = open_store(sys.argv[1])
asyncio.run(store.write(begin))
if sys.argv[2] == "killed":
    os._exit(0)
asyncio.run(store.close())
'''
subprocess.run([sys.executable, "-c", written, str(folder / "x.db"), sys.argv[2]], check=True)
(folder / "x.db-shm").unlink(missing_ok=True)
with contextlib.suppress(OSError), open(folder / "ballast", "wb", buffering=0) as ballast:
    while True:
        ballast.write(b"x" * 4096)
async def main():
    store = open_store(folder / "x.db", read_only=True)
    print([run.id for run in await store.read(lambda records: records.runs.of())])
    await store.close()
asyncio.run(main())
"""

MIGRATE_WITHOUT_ROOM_FOR_THE_BACKUP = """
import os, sys
from pathlib import Path
from bot.errors import StoreFullError
from tests.unit.store.test_upgrade import AFTER_HEAD, HEAD, MIGRATIONS, migrate, version_of
folder, migrations = map(Path, sys.argv[1:])
path = folder / "x.db"
migrate(path, MIGRATIONS, HEAD)
# Enough for the log of the migration and its index, and not for a second file.
left = path.stat().st_size * 3 // 4
disk = os.statvfs(folder)
(folder / "ballast").write_bytes(b"x" * (disk.f_bavail * disk.f_frsize - left))
try:
    migrate(path, migrations, AFTER_HEAD)
except StoreFullError as error:
    print(error)
print(version_of(path) == HEAD, sorted(os.listdir(folder)))
"""


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="this host lets nobody mount a small file system")
def test_a_store_on_a_disk_that_fills_up_goes_on_when_there_is_room(tmp_path: Path) -> None:
    done = _on_a_small_disk(tmp_path, ON_A_SMALL_DISK)

    assert done.returncode == 0, done.stderr
    assert "The disk is full at" in done.stdout
    assert done.stdout.endswith("went on\n")


@pytest.mark.skipif(not _can_mount(), reason="this host lets nobody mount a small file system")
@pytest.mark.parametrize("left", ["closed", "killed"])
def test_a_full_disk_is_read_whatever_the_last_writer_left(tmp_path: Path, left: str) -> None:
    done = _on_a_small_disk(tmp_path, READ_ON_A_FULL_DISK, left)

    assert (done.returncode, done.stdout) == (0, "['r1']\n"), done.stderr


@pytest.mark.skipif(not _can_mount(), reason="this host lets nobody mount a small file system")
def test_a_migration_without_room_for_the_backup_does_not_begin(tmp_path: Path) -> None:
    migrations = with_next(tmp_path)

    done = _on_a_small_disk(tmp_path, MIGRATE_WITHOUT_ROOM_FOR_THE_BACKUP, str(migrations))

    assert done.returncode == 0, done.stderr
    told, _, left = done.stdout.partition("\n")
    assert told.startswith("The disk is full at")
    assert left == "True ['ballast', 'x.db']\n"


def _on_a_small_disk(tmp_path: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program with a disk of one megabyte."""
    program = tmp_path / "program.py"
    program.write_text(text)
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=1m none "{disk}" && exec "{sys.executable}" "{program}" "{disk}" "$@"'
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )


class Limited(Opened):
    """A store whose file may not grow beyond a number of pages, which SQLite tells exactly as a full disk."""

    def limit(self, pages: int) -> None:
        self.writer.execute(f"PRAGMA max_page_count={pages}").close()


@pytest.fixture
def limited(tmp_path: Path) -> Limited:
    return Limited(tmp_path / "x.db")


def turn(name: str, size: int) -> Callable[[Records], str]:
    def work(records: Records) -> str:
        records.outbox.add(post(name))
        records.journal.record(R1, [effect(name, value=big_value(size))])
        return name

    return work


async def _recorded(store: SqlStore) -> list[str]:
    def look(records: Records) -> list[str]:
        effects = [one.key for one in records.journal.effects(R1)]
        assert effects == [row.post.key for row in records.outbox.of(R1)]
        return effects

    return await store.read(look)


async def test_a_full_disk_is_told_and_the_same_store_goes_on_when_there_is_room(limited: Limited) -> None:
    store = limited.store
    await store.write(begin)
    await asyncio.to_thread(limited.limit, 1)

    with pytest.raises(StoreFullError, match="Make room"):
        await store.write(turn("a", 300_000))
    assert await _recorded(store) == []
    await asyncio.to_thread(limited.limit, 1_000_000)

    await store.write(turn("a", 300_000))
    assert await _recorded(store) == ["a"]
    await store.close()


async def test_callers_of_one_group_are_told_the_truth_when_the_disk_fills_up_within_it(limited: Limited) -> None:
    store = limited.store
    await store.write(begin)
    await asyncio.to_thread(limited.limit, 1)

    works = [turn("small", 3), turn("large", 900_000), turn("after", 3)]
    outcomes = await asyncio.gather(*(store.write(work) for work in works), return_exceptions=True)

    told = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert await _recorded(store) == told
    assert all(isinstance(outcome, str | StoreFullError) for outcome in outcomes)
    assert isinstance(outcomes[1], StoreFullError)
    await store.close()


async def test_a_work_that_hides_a_full_disk_is_not_taken_for_recorded(limited: Limited) -> None:
    store = limited.store
    await store.write(begin)
    await asyncio.to_thread(limited.limit, 1)

    def hiding(records: Records) -> None:
        with contextlib.suppress(StoreFullError):
            turn("a", 900_000)(records)

    with pytest.raises(StoreError, match="gave the transaction up"):
        await store.write(hiding)
    assert await _recorded(store) == []
    await store.close()


def test_a_write_that_fails_for_want_of_room_is_a_full_disk_whatever_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    database = Database(path=tmp_path / "x.db")

    assert not isinstance(database.translate(failed), StoreFullError)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 0))
    assert isinstance(database.translate(failed), StoreFullError)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_file_systems_own_word_for_full_is_told_as_full(code: int, tmp_path: Path) -> None:
    database = Database(path=tmp_path / "x.db")

    with pytest.raises(StoreFullError), database.translating_files():
        raise OSError(code, os.strerror(code))


def test_an_unknown_fault_of_the_disk_says_that_nothing_was_recorded(tmp_path: Path) -> None:
    database = Database(path=tmp_path / "x.db")

    with pytest.raises(StoreError, match="Nothing of it was recorded"), database.translating_files():
        raise OSError(errno.EIO, os.strerror(errno.EIO))
