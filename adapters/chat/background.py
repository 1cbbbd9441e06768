"""Work beside the posts: live previews, tidying, marks. Decoration only; what is durable never runs here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()

Work = Callable[[], Awaitable[None]]


class Background:
    """Runs pieces of work side by side while `run` runs; none of them can fail another, or the bot."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Work] | None = None

    @property
    def running(self) -> bool:
        """Whether work is taken now."""
        return self._waiting is not None

    def start(self, work: Work) -> bool:
        """Have some work done soon; False, and it never is, while `run` does not run. Never blocks."""
        if self._waiting is None:
            return False
        self._waiting.put_nowait(work)
        return True

    async def run(self) -> None:
        """Do what is started until cancelled; what is under way then is cancelled too."""
        waiting = self._waiting = asyncio.Queue[Work]()
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    group.create_task(_quietly(await waiting.get()))
        finally:
            self._waiting = None


async def _quietly(work: Work) -> None:
    try:
        await work()
    # Decoration must never end the bot, whatever the platform makes of it.
    except Exception as error:
        log.warning("chat.decoration_failed", error=type(error).__name__, reason=str(error))
