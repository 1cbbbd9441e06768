"""The composition root: the only module that knows every part; it owns their start and stop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.interpreter import collecting_seldom, switching_often
from bot.ports import ChatAdapter, Clock, ModelDesk, Store, Teams

if TYPE_CHECKING:
    from pydantic import SecretStr

    from adapters.discord.settings import DiscordSettings
    from adapters.slack.settings import SlackSettings
    from agents.models.pool import Models
    from agents.sandbox.executor import SandboxExecutor
    from agents.sandbox.sandbox import Sandbox
    from agents.team import Executors
    from agents.teams.definition import Team
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
    from bot.operating.desk import desk_of

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
            executors=_executors(settings),
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


def adapters_of(
    settings: Settings, of: Parts, *, listen: tuple[str, int] | None, tell: Callable[[str, str], None]
) -> dict[str, ChatAdapter]:
    """Return the adapters of the platforms that are set up; nothing is opened yet.

    Args:
        settings: Which platforms those are.
        of: What they work with.
        listen: Where signed requests are taken; None: nowhere.
        tell: Called with a platform's name and a sentence for the operator when it is connected.

    Raises:
        SettingsError: The settings of a platform don't fit each other.
    """
    from bot.overview import StoredOverview
    from bot.redaction import Redactor

    overview = StoredOverview(
        store=of.store,
        teams=of.teams,
        default_team=settings.team,
        models=of.models or _unknown,
        permissions=settings.permissions_of(exempt=OPERATORS),
        now=of.clock.now,
    )
    redactor = Redactor(settings.secrets)
    found: list[ChatAdapter] = []
    # Only what is set up is imported: each platform's library takes seconds and tens of megabytes.
    if settings.slack_wanted:
        from adapters.slack.adapter import SlackAdapter
        from adapters.slack.connecting.installations import KeptInStore

        given = slack_settings(settings, listen=listen)
        kept = KeptInStore(of.store, now=of.clock.now)
        found.append(
            SlackAdapter(
                given,
                overview=overview,
                installations=kept,
                clock=of.clock,
                tell=partial(tell, "slack"),
                redact=redactor,
                models=of.desk,
            )
        )
    if settings.discord_wanted:
        from adapters.discord.adapter import DiscordAdapter
        from adapters.discord.connecting.syncing import KeptInStore as NotesInStore

        found.append(
            DiscordAdapter(
                discord_settings(settings),
                overview=overview,
                kept=NotesInStore(of.store),
                clock=of.clock,
                tell=partial(tell, "discord"),
                redact=redactor,
                models=of.desk,
            )
        )
    return {adapter.name: adapter for adapter in found}


async def _unknown(_language: str) -> str:
    return ""


def discord_settings(settings: Settings) -> DiscordSettings:
    """Return what the Discord adapter is told."""
    from adapters.discord.settings import DiscordSettings

    return DiscordSettings(
        token=_shown(settings.discord_token),
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url or "",
        proxy=settings.proxy_for(settings.discord_api_url),
        guilds=settings.discord_guilds,
        allowed_bots=settings.discord_allowed_bots,
        requests_a_second=settings.discord_requests_a_second,
        sharded=settings.discord_sharded,
        language=settings.spoken_language,
    )


def slack_settings(settings: Settings, *, listen: tuple[str, int] | None) -> SlackSettings:
    """Return what the Slack adapter is told; with `listen` it takes signed requests there."""
    from adapters.slack.settings import SlackSettings

    return SlackSettings(
        bot_token=_shown(settings.slack_bot_token),
        app_token=_shown(settings.slack_app_token),
        signing_secret=_shown(settings.slack_signing_secret),
        client_id=settings.slack_client_id or "",
        client_secret=_shown(settings.slack_client_secret),
        secret_key=_shown(settings.secret_key),
        api_url=settings.slack_api_url,
        proxy=settings.proxy_for(settings.slack_api_url),
        sockets=settings.slack_sockets,
        allowed_bots=settings.slack_allowed_bots,
        user_groups=settings.permissions_of().groups(),
        http=listen,
        language=settings.spoken_language,
        public_url=settings.public_url or "",
    )


def _shown(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""


def models_of(settings: Settings, on_stage: Stage) -> Models:
    """Return the client of the models that the settings name; nothing is opened yet."""
    from agents.models.pool import Models
    from bot.model_hosts import model_settings

    return Models(model_settings(settings), on_stage=on_stage)


def sandbox_of(settings: Settings) -> Sandbox:
    """Return what makes boxes as the settings say; nothing is tried yet."""
    from agents.sandbox.sandbox import Sandbox, Wanted

    return Sandbox(
        Wanted(
            cache=settings.cache_folder,
            private=_private(settings),
            beside=Path.cwd(),
            python=settings.sandbox_python,
            image=settings.sandbox_image or "",
            runtime=settings.sandbox_runtime or "",
        )
    )


def _private(settings: Settings) -> tuple[Path, ...]:
    """Return the folders of the bot's own, which no code of an agent may read."""
    from bot.config import settings_file

    file = settings_file()
    beside = [file.parent] if file is not None else []
    data = (settings.data_folder, settings.database_path.parent)
    return (*data, settings.cache_folder, settings.teams_folder, *beside)


def _executors(settings: Settings) -> Executors:
    """Return what makes a team's code executor, within the settings' limits whatever the team allows."""
    boxes: list[Sandbox] = []

    def make(team: Team, inputs: Mapping[str, bytes]) -> SandboxExecutor:
        from agents.sandbox.allowed import allowed
        from agents.sandbox.executor import SandboxExecutor

        if not boxes:
            # One for all teams: it bounds how many boxes run at a time.
            boxes.append(sandbox_of(settings))
        limits = allowed(team.code, seconds=settings.sandbox_seconds, memory_mb=settings.sandbox_memory_mb)
        return SandboxExecutor(limits, boxes[0], inputs=inputs)

    return make


def _settle_imports() -> None:
    """Take the agent library's own log handlers from it, and its half a million objects from the collector."""
    logs.quiet_libraries()
    gc.freeze()
