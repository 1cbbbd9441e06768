"""The composition root: store, teams, engine and inbox put together; it owns their start and stop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.interpreter import collecting_seldom, switching_often
from bot.ports import ChatAdapter, Clock, ModelDesk, Store, Teams

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.inbox import Inbox

OPERATORS = frozenset({"console"})
"""Adapters whose person runs this process: permissions and budgets hold nothing back from them."""
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
    models: Callable[[str], Awaitable[str]] | None = None
    """Returns one line on the model host's state; it may fail."""
    desk: ModelDesk | None = None
    """Tells how the model hosts are, and has models pulled."""
    prepare: Callable[[], Awaitable[None]] | None = None
    """Brings in what the first run needs."""


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
async def parts(settings: Settings, store: Store, on_stage: Stage, *, at_once: bool = True) -> AsyncIterator[Parts]:
    """Open what teams need beside the store; close it in the opposite order.

    Args:
        settings: What is set.
        store: Where runs are.
        on_stage: Told what the embedded model is at.
        at_once: Whether the agent library is imported now: two seconds and half of the memory. Else the first run
            that is worked on brings it in, and meanwhile everything is received and acknowledged.

    Raises:
        RefusedToStartError: The settings are not as they must be, or nobody has tried this version of the library.
    """
    from agents.proven import check_installed
    from agents.team import AutogenTeams
    from bot.model_hosts import models_of
    from bot.operating.desk import desk_of
    from bot.sandboxes import executors_of

    clock = SystemClock()
    async with AsyncExitStack() as stack:
        # Importing makes half a million objects that stay.
        stack.enter_context(collecting_seldom())
        models = models_of(settings, on_stage)
        stack.push_async_callback(models.close)
        teams = AutogenTeams(
            [settings.teams_folder],
            models=models,
            clock=clock,
            executors=executors_of(settings),
            language=settings.spoken_language,
            imported=_settle_imports,
            abilities=models.abilities,
        )
        stack.push_async_callback(teams.close)
        await asyncio.to_thread(teams.prepare if at_once else check_installed)

        async def described(language: str) -> str:
            return "; ".join(line.text for line in await models.describe(language=language))

        async def prepare() -> None:
            await asyncio.to_thread(teams.prepare)

        desk = desk_of(settings, models, store, clock=clock, exempt=OPERATORS)
        yield Parts(store=store, teams=teams, clock=clock, models=described, desk=desk, prepare=prepare)


@asynccontextmanager
async def serving(settings: Settings, of: Parts, adapters: Mapping[str, ChatAdapter]) -> AsyncIterator[Inbox]:
    """Run the engine for these adapters around a block.

    Raises:
        SettingsError: A permission is about a team that there is not.
    """
    from bot.engine import EmbeddedEngine, Limits
    from bot.inbox import Inbox
    from bot.outbox import RedactingAdapter
    from bot.recovery import serving as recovering
    from bot.redaction import Redactor

    await asyncio.to_thread(_refuse_unknown_teams, settings, of.teams)
    permissions = settings.permissions_of(exempt=OPERATORS)
    redactor = Redactor(settings.secrets)
    shown = {name: RedactingAdapter(adapter, redactor) for name, adapter in adapters.items()}
    budgets = settings.budgets_of(exempt=OPERATORS)
    per_person = max(1, settings.concurrency // 2)
    limits = Limits(concurrency=settings.concurrency, per_person=per_person, keep_days=settings.retention_days)
    engine = EmbeddedEngine(
        store=of.store,
        teams=of.teams,
        adapters=shown,
        clock=of.clock,
        limits=limits,
        prepare=of.prepare,
        permissions=permissions,
        budgets=budgets,
    )
    async with AsyncExitStack() as stack:
        stack.enter_context(collecting_seldom())
        stack.enter_context(switching_often())
        await stack.enter_async_context(recovering(engine, drain_seconds=DRAIN_SECONDS))
        yield Inbox(
            store=of.store,
            teams=of.teams,
            engine=engine,
            clock=of.clock,
            adapters=shown,
            default_team=settings.team,
            language=settings.spoken_language,
            workspace_languages=settings.workspace_languages,
            permissions=permissions,
            budgets=budgets,
        )


def _refuse_unknown_teams(settings: Settings, teams: Teams) -> None:
    from bot.errors import SettingsError

    lacking = settings.permissions_lack([each.name for each in teams.list()])
    if lacking is not None:
        raise SettingsError(lacking)


@asynccontextmanager
async def reading(database: Path) -> AsyncIterator[Store]:
    """Open the store for reading, beside an engine."""
    from bot.store import open_store

    store = await asyncio.to_thread(open_store, database, read_only=True)
    try:
        yield store
    finally:
        await store.close()


def _settle_imports() -> None:
    """Take the agent library's own log handlers from it, and its half a million objects from the collector."""
    logs.quiet_libraries()
    gc.freeze()
