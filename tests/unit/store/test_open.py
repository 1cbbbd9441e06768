"""Opening the store: addresses, files that are not ours, files that cannot be written, and reading beside an engine."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import SettingsError, StoreCorruptError, StoreError, StoreReadOnlyError
from bot.store import open_store
from bot.store.store import SqlStore
from tests.unit.store.samples import begin, run

PYTHON = [sys.executable, "-c"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "thread fast #1?.db"


@pytest.fixture
def store(path: Path) -> SqlStore:
    return open_store(path)


async def runs_of(store: SqlStore) -> list[str]:
    return [found.id for found in await store.read(lambda records: records.runs.of())]


async def test_a_store_is_created_with_its_folder_and_found_again(path: Path, store: SqlStore) -> None:
    await store.write(begin)
    await store.close()

    again = await asyncio.to_thread(open_store, path)

    assert await runs_of(again) == [run().id]
    await again.close()


def test_stores_that_are_opened_at_once_where_there_is_none_all_work(path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_store, [path] * 6))

    asyncio.run(stores[0].write(begin))
    assert asyncio.run(runs_of(stores[5])) == [run().id]
    for store in stores:
        asyncio.run(store.close())


def test_only_its_owner_reads_a_new_database(path: Path, store: SqlStore) -> None:
    asyncio.run(store.write(begin))

    beside = {file.name.removeprefix(path.name): file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert beside == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
    asyncio.run(store.close())


@pytest.mark.parametrize("scheme", ["sqlite:///", "sqlite+aiosqlite:///"])
async def test_an_address_names_the_same_file_as_its_path(path: Path, store: SqlStore, scheme: str) -> None:
    await store.write(begin)

    same = await asyncio.to_thread(open_store, f"{scheme}{path}")

    assert await runs_of(same) == [run().id]
    await same.close()
    await store.close()


@pytest.mark.parametrize(
    ("address", "reason"),
    [("postgresql://host/x", "'postgresql'"), ("", "no path"), ("/", "is a folder")],
)
def test_an_address_of_another_kind_is_refused_with_what_to_give(address: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        open_store(address)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_by_name_and_left_alone(
    tmp_path: Path, content: bytes, read_only: bool
) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)

    with pytest.raises(StoreCorruptError, match=r"x\.db.*(backup)"):
        open_store(path, read_only=read_only)

    assert path.read_bytes() == content


@pytest.mark.parametrize("read_only", [False, True])
def test_another_programs_database_is_refused(tmp_path: Path, read_only: bool) -> None:
    with sqlite3.connect(tmp_path / "x.db") as other:
        other.execute("CREATE TABLE bookmarks (url)")
    other.close()

    with pytest.raises(StoreCorruptError, match="another program"):
        open_store(tmp_path / "x.db", read_only=read_only)


def test_a_page_damaged_later_is_told_as_damage(path: Path, store: SqlStore) -> None:
    asyncio.run(store.write(begin))
    asyncio.run(store.close())
    damage(path)

    with pytest.raises(StoreCorruptError, match="damaged"):
        open_and_look(path)


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def open_and_look(path: Path) -> None:
    store = open_store(path)
    try:
        asyncio.run(store.read(lambda records: records.runs.get(run().id)))
    finally:
        asyncio.run(store.close())


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match="file"):
        open_store(tmp_path / "file" / "x.db")


async def test_a_reader_works_beside_an_engine_and_sees_what_is_recorded_meanwhile(path: Path, store: SqlStore) -> None:
    reader = await asyncio.to_thread(open_store, path, read_only=True)

    await store.write(begin)

    assert await runs_of(reader) == [run().id]
    with pytest.raises(StoreReadOnlyError, match="read only"):
        await reader.write(begin)
    await reader.close()
    await store.close()


@pytest.mark.parametrize("exists", [False, True])
async def test_a_reader_of_no_database_yet_is_empty_and_creates_nothing(tmp_path: Path, exists: bool) -> None:
    path = tmp_path / "none.db"
    if exists:
        path.touch()

    reader = await asyncio.to_thread(open_store, path, read_only=True)

    assert await runs_of(reader) == []
    await reader.close()
    assert os.listdir(tmp_path) == ["none.db"] * exists  # noqa: PTH208  # the async rule forbids pathlib here


async def test_a_database_held_by_another_program_is_told_as_busy_and_works_afterwards(path: Path) -> None:
    store = await asyncio.to_thread(open_store, path, busy_seconds=0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match=r"held by another process.*Try again"):
        await store.write(begin)
    holder.execute("COMMIT")
    holder.close()

    await store.write(begin)
    assert await runs_of(store) == [run().id]
    await store.close()


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A database with one run that these tests' programs can read but not write; root gives its powers up first."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.db"
        store = open_store(path)
        asyncio.run(store.write(begin))
        asyncio.run(store.close())
        path.chmod(0o444)
        path.parent.chmod(0o555)
        yield path
        path.parent.chmod(0o755)


UNPRIVILEGED = """
import asyncio, os, sys
from concurrent.futures import ThreadPoolExecutor
from bot.errors import StoreReadOnlyError
from bot.store import EngineLock, open_store
asyncio.run(open_store(":memory:").close())  # imports everything that is imported late
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
path = sys.argv[1]
"""


def unprivileged(program: str, path: Path) -> str:
    done = subprocess.run(
        [*PYTHON, UNPRIVILEGED + program, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_reader_works_on_a_read_only_folder(read_only_folder: Path) -> None:
    program = "store = open_store(path, read_only=True); print(asyncio.run(store.read(lambda r: r.runs.of()))[0].id)"

    assert unprivileged(program, read_only_folder) == "r1\n"


@pytest.mark.parametrize("opening", ["open_store(path)", "EngineLock(path).acquire()", "open_store(path + '.new')"])
def test_a_writer_of_a_read_only_folder_is_told_to_mend_the_permissions(read_only_folder: Path, opening: str) -> None:
    program = f"""
try:
    {opening}
except StoreReadOnlyError as error:
    print(error)
"""

    assert "Make the file and its folder writable" in unprivileged(program, read_only_folder)


@pytest.mark.parametrize(
    "opening", ["open_store(path)", "open_store(path, read_only=True)", "EngineLock(path).acquire()"]
)
def test_a_folder_that_may_not_be_entered_is_told_in_our_words(read_only_folder: Path, opening: str) -> None:
    read_only_folder.parent.chmod(0o000)
    program = f"""
try:
    {opening}
except StoreReadOnlyError as error:
    print(error)
"""

    assert "Make the file and its folder writable" in unprivileged(program, read_only_folder)
