"""Beginning only once what is needed for it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import RetryLaterError, StoreError
from bot.ports import Clock

LONGEST_PAUSE = 60.0
"""Most seconds between two tries to begin."""

T = TypeVar("T")
log = structlog.get_logger()


async def patiently(ask: Callable[[], Awaitable[T]], *, clock: Clock, adapter: str) -> T:
    """Return what is asked for, asked again until the platform and the store answer.

    Args:
        ask: Asks once.
        clock: Waits.
        adapter: The platform's name, for the log.
    """
    pause = 1.0
    while True:
        try:
            return await ask()
        except (RetryLaterError, StoreError, OSError) as error:
            log.warning(f"{adapter}.not_begun", error=type(error).__name__, seconds=pause)
        await clock.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
