"""The bot in this process, at a real Slack server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from adapters.slack.adapter import SlackAdapter
from adapters.slack.connecting.installations import KeptInStore
from adapters.slack.settings import SlackSettings
from bot import ports
from bot.domain import InputRequest, Run, RunStatus, ThreadRef
from bot.permissions import Permissions
from bot.ports import Clock, ModelDesk, Overview, Store
from tests.canaries import planted_in
from tests.integration.chat import rig as chat
from tests.scripted import Script, ScriptedTeams
from tests.slack_server import Message, SlackServer, Workspace


class QuickClock:
    """Time that passes fifty times as fast: pauses that a person would not mind cost a test nothing."""

    FASTER = 50.0

    def __init__(self) -> None:
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * self.FASTER

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.FASTER)


class Bot(chat.Bot[SlackAdapter]):
    """One bot process at a Slack."""

    async def runs(self, workspace: Workspace, root: Message) -> list[Run]:
        """Return the runs of a message's thread, oldest first."""
        return await self.runs_of(thread_of(workspace, root))

    async def statuses(self, workspace: Workspace, root: Message) -> list[RunStatus]:
        """Return the statuses of the runs of a message's thread."""
        return [run.status for run in await self.runs(workspace, root)]

    async def questions(self, workspace: Workspace, root: Message) -> list[InputRequest]:
        """Return the open requests of a message's thread."""
        return await self.questions_of(thread_of(workspace, root))


def thread_of(workspace: Workspace, root: Message) -> ThreadRef:
    """Return the address of a message's thread."""
    return ThreadRef(adapter="slack", workspace=workspace.id, channel=root.channel, thread=root.root)


def settings_for(slack: SlackServer, workspace: Workspace) -> SlackSettings:
    """Return the settings of a bot in one workspace, in Socket Mode."""
    return SlackSettings(
        bot_token=workspace.bot.token,
        app_token=slack.app.app_token,
        signing_secret=slack.app.signing_secret,
        api_url=slack.api_url,
    )


@asynccontextmanager
async def running(
    path: Path,
    slack: SlackServer,
    workspace: Workspace,
    *,
    scripts: Mapping[str, Script] | None = None,
    settings: Callable[[SlackSettings], SlackSettings] = replace,
    teams: ScriptedTeams | None = None,
    clock: Clock | None = None,
    permissions: Permissions | None = None,
    between: Callable[[ports.Inbox], ports.Inbox] = lambda inbox: inbox,
    desk: Callable[[Store, Clock], ModelDesk] | None = None,
) -> AsyncIterator[Bot]:
    """Run a bot over the store at `path`, as one process does from its start to a clean end."""
    given = settings(settings_for(slack, workspace))
    redact = planted_in(given)

    def adapter_of(store: Store, overview: Overview, clock: Clock) -> SlackAdapter:
        return SlackAdapter(
            given,
            overview=overview,
            installations=KeptInStore(store),
            clock=clock,
            redact=redact,
            models=desk(store, clock) if desk is not None else None,
        )

    async with chat.bot_running(
        path,
        Bot,
        adapter_of,
        lambda run: until_reached(slack, run, given),
        scripts=scripts,
        teams=teams,
        clock=clock,
        permissions=permissions,
        between=between,
        redact=redact,
    ) as bot:
        yield bot


async def until_reached(slack: SlackServer, run: asyncio.Task[None], settings: SlackSettings) -> None:
    """Return once deliveries reach the bot, or it has ended."""
    if settings.http is None:
        await slack.until(lambda: run.done() or slack.sockets.open)
        return
    while not run.done():
        with suppress(ConnectionError):
            (await asyncio.open_connection(*settings.http))[1].close()
            return
        await asyncio.sleep(0.01)
