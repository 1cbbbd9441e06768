"""The bot in this process, at a real Discord server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.connecting import client as client_module
from adapters.discord.connecting.syncing import KeptInStore
from adapters.discord.settings import DiscordSettings
from bot.domain import Run, RunStatus, ThreadRef
from bot.permissions import Permissions
from bot.ports import Clock, ModelDesk, Overview, Store
from tests.canaries import planted_in
from tests.discord_server.entities import Channel
from tests.discord_server.server import DiscordServer
from tests.integration.chat import rig as chat
from tests.scripted import Script, ScriptedTeams

# The test's server tells of all servers at once.
client_module.GUILDS_SECONDS = 0.2


class Bot(chat.Bot[DiscordAdapter]):
    """One bot process at a Discord."""

    told: Sequence[str] = ()
    """What the operator was told."""

    async def runs(self, thread: Channel) -> list[Run]:
        """Return the runs of a thread, oldest first."""
        return await self.runs_of(thread_of(thread))

    async def statuses(self, thread: Channel) -> list[RunStatus]:
        """Return the statuses of the runs of a thread."""
        return [run.status for run in await self.runs(thread)]

    async def until_status(self, thread: Channel, *statuses: RunStatus) -> None:
        """Return once a thread's runs have these statuses; the test's time limit ends the wait."""
        while await self.statuses(thread) != [*statuses]:  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0.01)


def thread_of(thread: Channel) -> ThreadRef:
    """Return the address of a thread, or of direct messages."""
    if thread.guild_id is None:
        return ThreadRef(adapter="discord", workspace="dm", channel=str(thread.id), thread=str(thread.id))
    return ThreadRef(
        adapter="discord", workspace=str(thread.guild_id), channel=str(thread.parent_id), thread=str(thread.id)
    )


def settings_for(server: DiscordServer) -> DiscordSettings:
    """Return the settings of a bot at this server."""
    return DiscordSettings(token=server.token, api_url=server.api_url, gateway_url=server.gateway_url)


@asynccontextmanager
async def running(
    path: Path,
    server: DiscordServer,
    *,
    scripts: Mapping[str, Script] | None = None,
    settings: Callable[[DiscordSettings], DiscordSettings] = replace,
    teams: ScriptedTeams | None = None,
    clock: Clock | None = None,
    permissions: Permissions | None = None,
    desk: Callable[[Store, Clock], ModelDesk] | None = None,
) -> AsyncIterator[Bot]:
    """Run a bot over the store at `path`, as one process does from its start to a clean end."""
    told: list[str] = []
    given = settings(settings_for(server))
    redact = planted_in(given)

    def adapter_of(store: Store, overview: Overview, clock: Clock) -> DiscordAdapter:
        return DiscordAdapter(
            given,
            overview=overview,
            kept=KeptInStore(store),
            clock=clock,
            tell=told.append,
            redact=redact,
            models=desk(store, clock) if desk is not None else None,
        )

    async def reached(run: asyncio.Task[None]) -> None:
        while not (told or run.done()):  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0.005)

    async with chat.bot_running(
        path,
        Bot,
        adapter_of,
        reached,
        scripts=scripts,
        teams=teams,
        clock=clock,
        permissions=permissions,
        redact=redact,
    ) as bot:
        bot.told = told
        yield bot
