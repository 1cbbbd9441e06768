"""The composition root: the only module that knows every part; it owns their start and stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.ports import ChatAdapter, Clock, Store, Teams

if TYPE_CHECKING:
    from agents.models.pool import Models
    from agents.sandbox.executor import SandboxExecutor
    from agents.team import Executors
    from agents.teams.definition import Team
    from bot.config import Settings
    from bot.inbox import Inbox

DRAIN_SECONDS = 5.0
"""How long leaving waits for what is under way to come to a recorded point."""

Stage = Callable[[str, int, int], None]
"""Called with what the embedded model is at (`fetching`, `loading`, `ready`), how far it is and how far it goes."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after this long."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What works together while adapters run."""

    store: Store
    teams: Teams
    clock: Clock


@asynccontextmanager
async def working_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the store for this process's engine, its tables brought to this version first.

    Raises:
        StoreInUseError: Another engine works on this database.
        RefusedToStartError: The store is not as it must be.
    """
    from bot.store import EngineLock, open_store

    async with AsyncExitStack() as stack:
        lock = EngineLock(settings.database_path)
        await asyncio.to_thread(lock.acquire)
        stack.callback(lock.release)
        store = await asyncio.to_thread(open_store, settings.database_path, clock=SystemClock())
        stack.push_async_callback(store.close)
        yield store


@asynccontextmanager
async def parts(settings: Settings, store: Store, on_stage: Stage) -> AsyncIterator[Parts]:
    """Open what teams need beside the store; close it in the opposite order.

    Raises:
        RefusedToStartError: The settings are not as they must be.
    """
    from agents.team import AutogenTeams

    clock = SystemClock()
    async with AsyncExitStack() as stack:
        models = models_of(settings, on_stage)
        stack.push_async_callback(models.close)
        teams = AutogenTeams(
            [settings.teams_folder],
            models=models,
            clock=clock,
            executors=_executors(settings),
            language=settings.spoken_language,
        )
        stack.push_async_callback(teams.close)
        await asyncio.to_thread(_import_agents)
        yield Parts(store=store, teams=teams, clock=clock)


@asynccontextmanager
async def serving(settings: Settings, of: Parts, adapters: Mapping[str, ChatAdapter]) -> AsyncIterator[Inbox]:
    """Run the engine for these adapters around a block."""
    from bot.engine import EmbeddedEngine, Limits
    from bot.inbox import Inbox
    from bot.recovery import serving as recovering

    limits = Limits(concurrency=settings.concurrency)
    engine = EmbeddedEngine(store=of.store, teams=of.teams, adapters=adapters, clock=of.clock, limits=limits)
    async with recovering(engine, drain_seconds=DRAIN_SECONDS):
        yield Inbox(
            store=of.store,
            teams=of.teams,
            engine=engine,
            clock=of.clock,
            adapters=adapters,
            default_team=settings.team,
            language=settings.spoken_language,
            workspace_languages=settings.workspace_languages,
        )


@asynccontextmanager
async def reading(database: Path) -> AsyncIterator[Store]:
    """Open the store for reading, beside an engine."""
    from bot.store import open_store

    store = await asyncio.to_thread(open_store, database, read_only=True)
    try:
        yield store
    finally:
        await store.close()


def models_of(settings: Settings, on_stage: Stage) -> Models:
    """Return the client of the models that the settings name; nothing is opened yet."""
    from agents.models.pool import Models, ModelSettings

    key = settings.openai_api_key
    return Models(
        ModelSettings(
            cache=settings.models_folder,
            ollama_host=settings.ollama_host,
            ollama_context=settings.num_ctx,
            ollama_keep_alive=settings.keep_alive,
            ollama_think=settings.think,
            ollama_cloud=settings.allow_cloud,
            openai_base_url=settings.openai_base_url,
            openai_api_key=key.get_secret_value() if key else "",
            aliases=settings.models,
            embedded_model=settings.embedded_model,
        ),
        on_stage=on_stage,
    )


def _executors(settings: Settings) -> Executors:
    """Return what makes a team's code executor, within the settings' limits whatever the team allows."""

    def make(team: Team, inputs: Mapping[str, bytes]) -> SandboxExecutor:
        from agents.sandbox.executor import SandboxExecutor
        from agents.sandbox.limits import MIB, Limits

        seconds = min(team.code.timeout, settings.sandbox_seconds)
        memory = min(team.code.memory_mb, settings.sandbox_memory_mb) * MIB
        return SandboxExecutor(Limits(wall=seconds, cpu=seconds, memory=memory), inputs=inputs)

    return make


def _import_agents() -> None:
    """Import the agent library now, off the loop, and take its own log handlers from it."""
    from agents.durable import check_version

    check_version()
    logs.quiet_libraries()
