"""Serving: the engine, the adapters around it, and an end in order."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.app import adapters_of, parts, serving, working_store
from bot.commands.progress import StageProgress
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.app import Parts
    from bot.config import Settings
    from bot.ports import ChatAdapter

ENDINGS = {signal.SIGTERM: 0, signal.SIGINT: 130}
"""What asks the process to end, and what it then exits with."""


async def serve(settings: Settings, listen: tuple[str, int] | None) -> int:
    """Serve all platforms until the process is asked to end; return the exit status.

    Raises:
        ThreadfastError: A setting is missing, or the engine or a platform cannot be started.
    """
    lacking = settings.slack_lacks(http=listen is not None) if settings.slack_wanted else None
    if lacking:
        raise SettingsError(lacking)
    progress = StageProgress(settings.spoken_language)
    try:
        with _asked_to_end() as asked:
            async with working_store(settings) as store, parts(settings, store, progress, at_once=False) as of:
                adapters = adapters_of(settings, of, listen=listen, tell=_tell)
                await _until_asked(settings, of, adapters, asked)
        return ENDINGS[asked.result()]
    finally:
        progress.close()


async def _until_asked(
    settings: Settings, of: Parts, adapters: Mapping[str, ChatAdapter], asked: asyncio.Future[signal.Signals]
) -> None:
    async with asyncio.TaskGroup() as group:
        # The adapters outlive the engine: what it shows at its end they still carry.
        async with serving(settings, of, adapters) as inbox:
            running = [group.create_task(adapter.run(inbox)) for adapter in adapters.values()]
            await asked
            _tell("Ending: what is under way comes to a recorded point first.")
        for task in running:
            task.cancel()


@contextmanager
def _asked_to_end() -> Iterator[asyncio.Future[signal.Signals]]:
    """Give the signal that asks to end; the second one is not held back any more."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[signal.Signals] = loop.create_future()

    def end(which: signal.Signals) -> None:
        if not asked.done():
            asked.set_result(which)
        for each in ENDINGS:
            loop.remove_signal_handler(each)

    for each in ENDINGS:
        loop.add_signal_handler(each, end, each)
    try:
        yield asked
    finally:
        for each in ENDINGS:
            loop.remove_signal_handler(each)


def _tell(text: str) -> None:
    """Say it on standard error: standard output is for what a command was asked to print."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
