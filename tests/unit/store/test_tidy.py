"""The log is moved into the database while nobody writes, and its failure is nobody's."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store import open_store
from tests.unit.store.opened import Opened
from tests.unit.store.samples import event


def rows_without_the_log(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as file:
        return int(file.execute("SELECT count(*) FROM inbox").fetchone()[0])


async def test_log_is_moved_into_the_file_once_nobody_writes_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    made = await asyncio.to_thread(open_store, path)
    await made.close()
    store = await asyncio.to_thread(open_store, path)

    for n in range(60):
        await store.write(lambda records, n=n: records.inbox.add(event(f"{n}")))  # type: ignore[misc]  # bound by default
    while await asyncio.to_thread(rows_without_the_log, path) < 60:  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.01)

    assert await store.write(lambda records: records.inbox.add(event("after")))
    await store.close()


async def test_store_whose_log_cannot_be_moved_goes_on(tmp_path: Path) -> None:
    tried = asyncio.Event()
    loop = asyncio.get_running_loop()

    def refuse(action: int, name: str | None, *_: str | None) -> int:
        if (action, name) != (sqlite3.SQLITE_PRAGMA, "wal_checkpoint"):
            return sqlite3.SQLITE_OK
        loop.call_soon_threadsafe(tried.set)
        return sqlite3.SQLITE_DENY

    opened = await asyncio.to_thread(Opened, tmp_path / "x.db")
    store = opened.store
    opened.writer.set_authorizer(refuse)

    for n in range(60):
        await store.write(lambda records, n=n: records.inbox.add(event(f"{n}")))  # type: ignore[misc]  # bound by default
    await tried.wait()

    assert not await store.write(lambda records: records.inbox.add(event("1")))
    await store.close()
