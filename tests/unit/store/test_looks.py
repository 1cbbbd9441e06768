"""How often the database is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.unit.store.opened import Opened

SCOPES = ["person:slack:T1:U1", "channel:slack:T1:C1", "team:solo"]
FRAME = ("BEGIN", "COMMIT")


async def test_runs_that_work_are_counted_by_one_look_at_them(tmp_path: Path) -> None:
    opened = await asyncio.to_thread(Opened, tmp_path / "x.db")
    given = opened.watch()

    await opened.store.read(lambda records: records.usage.working(SCOPES))

    await opened.store.close()
    assert len([statement for statement in given if statement not in FRAME]) == 1
