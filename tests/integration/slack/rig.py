"""The bot in this process: the whole core over a real store, scripted teams, and the adapter against a real server."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from adapters.slack.adapter import SlackAdapter
from adapters.slack.connecting.installations import KeptInStore
from adapters.slack.settings import SlackSettings
from bot.app import SystemClock
from bot.domain import InputRequest, RequestStatus, Run, RunStatus, ThreadRef
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.overview import StoredOverview
from bot.ports import Clock, Store
from bot.recovery import serving
from bot.store import open_store
from tests.scripted import Script, ScriptedTeams
from tests.slack_server import Message, SlackServer, Workspace

GREET: Script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
CODE: Script = [
    ["say", "ada", "here is code"],
    ["approve", "runner", "code", ["print(1)"]],
    ["say", "ada", "done"],
]


class QuickClock:
    """Time that passes fifty times as fast: pauses that a person would not mind cost a test nothing."""

    FASTER = 50.0

    def __init__(self) -> None:
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * self.FASTER

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.FASTER)


class Bot:
    """One bot process; several over the same file, one after the other, are its restarts."""

    def __init__(self, path: Path, store: Store, adapter: SlackAdapter, teams: ScriptedTeams, inbox: Inbox) -> None:
        self.path = path
        self.store = store
        self.adapter = adapter
        self.teams = teams
        self.inbox = inbox

    async def runs(self, workspace: Workspace, root: Message) -> list[Run]:
        """Return the runs of a message's thread, oldest first."""
        ref = thread_of(workspace, root)
        return (await self.store.read(lambda records: records.runs.of(ref.conversation)))[::-1]

    async def statuses(self, workspace: Workspace, root: Message) -> list[RunStatus]:
        """Return the statuses of the runs of a message's thread."""
        return [run.status for run in await self.runs(workspace, root)]

    async def questions(self, workspace: Workspace, root: Message) -> list[InputRequest]:
        """Return the open requests of a message's thread."""
        ref = thread_of(workspace, root)
        return await self.store.read(lambda records: records.requests.of(ref.conversation, status=RequestStatus.OPEN))

    async def all_runs(self) -> list[Run]:
        """Return every run."""
        return await self.store.read(lambda records: records.runs.of(limit=100_000))

    async def until_handled(self) -> None:
        """Return once every received delivery is handled; the test's time limit ends the wait."""
        while await asyncio.to_thread(unhandled, self.path):  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0.01)


def unhandled(path: Path) -> list[str]:
    """Return the ids of the deliveries that are received and not handled."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        rows = database.execute("SELECT delivery FROM deliveries WHERE handled_at IS NULL").fetchall()
    return [str(row[0]) for row in rows]


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
) -> AsyncIterator[Bot]:
    """Run a bot over the store at `path`, as one process does from its start to a clean end."""
    clock = clock or SystemClock()
    teams = teams or ScriptedTeams(scripts or {"greet": GREET, "coder": CODE}, clock=clock)
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock)
    try:
        overview = StoredOverview(store=store, teams=teams, default_team="greet", models=_models)
        given = settings(settings_for(slack, workspace))
        adapter = SlackAdapter(given, overview=overview, installations=KeptInStore(store), clock=clock)
        adapters = {adapter.name: adapter}
        engine = EmbeddedEngine(store=store, teams=teams, adapters=adapters, clock=clock, limits=Limits())
        async with asyncio.TaskGroup() as group:
            async with serving(engine, drain_seconds=5.0):
                inbox = Inbox(
                    store=store, teams=teams, engine=engine, clock=clock, adapters=adapters, default_team="greet"
                )
                run = group.create_task(adapter.run(inbox))
                await until_reached(slack, run, given)
                yield Bot(path, store, adapter, teams, inbox)
            run.cancel()
    finally:
        await store.close()


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


async def _models(language: str) -> str:
    return "The model host answers."
