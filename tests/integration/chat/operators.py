"""The operators' desk of one process, Anna who may use it, and Bo who may not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import SystemClock
from bot.domain import Person, ThreadRef
from bot.permissions import Permissions, Rule
from bot.ports import ModelDesk
from bot.store import open_store
from tests.integration.chat.operated import Operated

ANNA, BO = Person(id="U1", name="Anna"), Person(id="U2", name="Bo")
PLACE = ThreadRef(adapter="slack", workspace="T1", channel="C1", thread="")
LETTING = Permissions([Rule(operate=("U1",))])


@asynccontextmanager
async def desk_of(hosts: Operated, path: Path) -> AsyncIterator[ModelDesk]:
    """Open the desk over the store at `path`."""
    clock = SystemClock()
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock)
    try:
        yield hosts.desk(store, clock)
    finally:
        await store.close()
