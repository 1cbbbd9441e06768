"""A database of version 0002 is copied, migrated and read on."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain import Delivery
from bot.ports import Records
from bot.store import open_store
from bot.store.upgrade import HEAD
from tests.unit.store.samples import NOW
from tests.unit.store.test_upgrade import run_alembic, version_of


async def test_a_database_of_the_second_version_is_copied_and_knows_no_places_yet(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    await asyncio.to_thread(run_alembic, path, "0002")
    put = "INSERT INTO deliveries (adapter, delivery, body, received_at, tries) VALUES ('slack', 'd1', '{}', ?, 0)"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(put, [NOW.isoformat(timespec="microseconds")])

    store = await asyncio.to_thread(open_store, path)

    def work(records: Records) -> tuple[list[Delivery], dict[str, int], str | None]:
        return records.deliveries.take("slack"), records.places.of("discord"), records.notes.read("discord", "x")

    left, places, note = await store.write(work)
    await store.close()
    assert ([each.id for each in left], places, note) == (["d1"], {}, None)
    backup = path.with_name(f"x.db.before-{HEAD}.bak")
    assert (version_of(path), version_of(backup)) == (HEAD, "0002")
