"""Recovery: what the bot does around its work, at start for what a crash left open and at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.ports import Engine

log = structlog.get_logger()


@asynccontextmanager
async def serving(engine: Engine, *, drain_seconds: float = 10.0) -> AsyncIterator[int]:
    """Run the engine around a block: unfinished conversations are woken first, running steps drained at the end.

    Yields:
        How many conversations a crash, or the last stop, left unfinished.
    """
    unfinished = await engine.recover()
    if unfinished:
        log.info("recovery.found", conversations=unfinished)
    async with asyncio.TaskGroup() as group:
        group.create_task(engine.start())
        try:
            yield unfinished
        finally:
            await engine.drain(drain_seconds)
