"""The bot in this process: the whole core over a real store, scripted teams, and the adapter against a real server."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from pathlib import Path

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.connecting import client as client_module
from adapters.discord.connecting.syncing import KeptInStore
from adapters.discord.settings import DiscordSettings
from bot.app import SystemClock
from bot.domain import Run, RunStatus, ThreadRef
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.overview import StoredOverview
from bot.ports import Clock, Store
from bot.recovery import serving
from bot.store import open_store
from tests.discord_server.entities import Channel
from tests.discord_server.server import DiscordServer
from tests.scripted import Script, ScriptedTeams

GREET: Script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
CODE: Script = [
    ["say", "ada", "here is code"],
    ["approve", "runner", "code", ["print(1)"]],
    ["say", "ada", "done"],
]
# The test's server tells of all servers at once.
client_module.GUILDS_SECONDS = 0.2


class Bot:
    """One bot process; several over the same file, one after the other, are its restarts."""

    def __init__(self, path: Path, store: Store, adapter: DiscordAdapter, teams: ScriptedTeams, inbox: Inbox) -> None:
        self.path = path
        self.teams = teams
        self.store = store
        self.adapter = adapter
        self.inbox = inbox
        self.told: list[str] = []

    async def runs(self, thread: Channel) -> list[Run]:
        """Return the runs of a thread, oldest first."""
        ref = thread_of(thread)
        return (await self.store.read(lambda records: records.runs.of(ref.conversation)))[::-1]

    async def statuses(self, thread: Channel) -> list[RunStatus]:
        """Return the statuses of the runs of a thread."""
        return [run.status for run in await self.runs(thread)]

    async def until(self, holds: Callable[[], object]) -> None:
        """Return once this holds; the test's time limit ends the wait."""
        while not holds():  # noqa: ASYNC110 - what a test waits for has no event
            await asyncio.sleep(0.005)

    async def until_status(self, thread: Channel, *statuses: RunStatus) -> None:
        """Return once a thread's runs have these statuses."""
        while await self.statuses(thread) != [*statuses]:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)

    async def until_handled(self) -> None:
        """Return once every received delivery is handled."""
        while await asyncio.to_thread(unhandled, self.path):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)


def unhandled(path: Path) -> list[str]:
    """Return the ids of the deliveries that are received and not handled."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        rows = database.execute("SELECT delivery FROM deliveries WHERE handled_at IS NULL").fetchall()
    return [str(row[0]) for row in rows]


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
    clock: Clock | None = None,
) -> AsyncIterator[Bot]:
    """Run a bot over the store at `path`, as one process does from its start to a clean end."""
    clock = clock or SystemClock()
    teams = ScriptedTeams(scripts or {"greet": GREET, "coder": CODE}, clock=clock)
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock)
    told: list[str] = []
    try:
        overview = StoredOverview(store=store, teams=teams, default_team="greet", models=_models)
        given = settings(settings_for(server))
        adapter = DiscordAdapter(given, overview=overview, kept=KeptInStore(store), clock=clock, tell=told.append)
        adapters = {adapter.name: adapter}
        engine = EmbeddedEngine(store=store, teams=teams, adapters=adapters, clock=clock, limits=Limits())
        async with asyncio.TaskGroup() as group:
            async with serving(engine, drain_seconds=5.0):
                inbox = Inbox(
                    store=store, teams=teams, engine=engine, clock=clock, adapters=adapters, default_team="greet"
                )
                run = group.create_task(adapter.run(inbox))
                bot = Bot(path, store, adapter, teams, inbox)
                bot.told = told
                await bot.until(lambda: told or run.done())
                yield bot
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run
    finally:
        await adapter.close()
        await store.close()


async def _models(language: str) -> str:
    return "scripted"
