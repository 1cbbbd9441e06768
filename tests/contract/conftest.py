"""The implementations that the contract suites run over: another store is one more entry of `STORES`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports import Store
from bot.store import open_store
from tests.unit.store.samples import NOW

STORES: dict[str, Callable[[Path], Store]] = {
    "sqlite-file": lambda folder: open_store(folder / "threadfast.db", clock=StillClock()),
    "sqlite-memory": lambda folder: open_store(":memory:", clock=StillClock()),
}


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@pytest_asyncio.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each implementation."""
    opened = await asyncio.to_thread(STORES[request.param], tmp_path)
    yield opened
    await opened.close()
