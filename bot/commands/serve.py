"""Serving: the engine, the adapters around it, and an end in order."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from bot.app import parts, serving, working_store
from bot.audit_file import following
from bot.commands.progress import StageProgress
from bot.errors import SettingsError, first_of
from bot.platforms import adapters_of
from bot.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.app import Parts
    from bot.config import Settings
    from bot.inbox import Inbox
    from bot.ports import ChatAdapter

ENDINGS = {signal.SIGTERM: 0, signal.SIGINT: 130}
"""What asks the process to end, and what it then exits with."""

log = structlog.get_logger()


class Platforms:
    """Runs adapters side by side: what the settings lack is found out at once, and a later refusal ends only its own.

    A platform that refuses the settings before it is connected ends everything: whoever starts the process is told what
    to mend. One that refuses them later, because a token was reset, leaves the others to their people.
    """

    def __init__(self) -> None:
        self._left: set[str] = set()
        self._connected: set[str] = set()

    def connected(self, name: str, sentence: str) -> None:
        """Take note that a platform is connected, and tell the operator."""
        self._connected.add(name)
        _tell(sentence)

    def begin(
        self, adapters: Mapping[str, ChatAdapter], inbox: Inbox, group: asyncio.TaskGroup
    ) -> list[asyncio.Task[None]]:
        """Run all of them in this group."""
        self._left = set(adapters)
        return [group.create_task(self._run(name, adapter, inbox)) for name, adapter in adapters.items()]

    async def _run(self, name: str, adapter: ChatAdapter, inbox: Inbox) -> None:
        try:
            await adapter.run(inbox)
        except* SettingsError as errors:
            self._left.discard(name)
            if name not in self._connected or not self._left:
                raise
            log.error("serving.platform_refused", adapter=name)
            _tell(f"No longer connected to {name.capitalize()}; what else is served goes on. {first_of(errors)}")


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
                platforms = Platforms()
                adapters = adapters_of(settings, of, listen=listen, tell=platforms.connected)
                async with following(store, settings.audit_file, of.clock, Redactor(settings.secrets)):
                    await _until_asked(settings, of, adapters, platforms, asked)
        return ENDINGS[asked.result()]
    finally:
        progress.close()


async def _until_asked(
    settings: Settings,
    of: Parts,
    adapters: Mapping[str, ChatAdapter],
    platforms: Platforms,
    asked: asyncio.Future[signal.Signals],
) -> None:
    async with asyncio.TaskGroup() as group:
        # The adapters outlive the engine: what it shows at its end they still carry.
        async with serving(settings, of, adapters) as inbox:
            running = platforms.begin(adapters, inbox, group)
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
