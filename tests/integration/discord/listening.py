"""A bot that only listens: the connection to a wire-level Discord over a real store; nobody works on anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from adapters.discord.connecting import client as client_module
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.connecting.connection import Connection
from adapters.discord.connecting.positions import Positions
from adapters.discord.connecting.supervising import close
from adapters.discord.connecting.syncing import KeptInStore
from adapters.discord.events.intents import Me
from adapters.discord.ids import ADAPTER
from adapters.discord.rendering.forms import Field, Form
from adapters.discord.settings import DiscordSettings
from bot import ports
from bot.app import SystemClock
from bot.domain import Delivery, Json, TeamSummary
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.store import open_store
from bot.store.store import SqlStore
from tests.discord_server.server import DiscordServer
from tests.scripted import ScriptedTeams

# The test's server tells of all servers at once.
client_module.GUILDS_SECONDS = 0.2
TEAMS = [
    TeamSummary(name=name, description=f"The {name} team.", kind="two_agent", agents=("a",), source="x")
    for name in ("coder", "panel", "solo")
]


class PlainForms:
    """Opens a form for everything, and completes by the beginning."""

    async def form(self, body: Json) -> Form | str:
        custom_id = body.get("custom_id") or f"runon:{body['interaction']['channel']}:{body['message']}"
        return Form(title="Why", custom_id=custom_id, fields=(Field(name="reason", label="Reason"),))

    async def teams(self, typed: str) -> list[TeamSummary]:
        return [team for team in TEAMS if team.name.startswith(typed)]


class Listened:
    """One process; several over the same file, one after the other, are its restarts."""

    def __init__(self, store: SqlStore, client: GatewayClient, connection: Connection, inbox: ports.Inbox) -> None:
        self.store = store
        self.client = client
        self.connection = connection
        self.inbox = inbox
        self.offered: list[Delivery] = []
        self.told: list[str] = []

    @property
    def said(self) -> list[str]:
        """The messages that were recorded, in order."""
        return [each.body["message"]["content"] for each in self.offered if each.body["kind"] == "message"]

    def kinds(self) -> list[str]:
        return [each.body["kind"] for each in self.offered]

    @property
    def positions(self) -> Positions:
        """What is known of places, in memory."""
        assert self.connection.positions is not None
        return self.connection.positions

    def me(self) -> Me:
        user = self.client.user
        assert user is not None
        return Me(user=str(user.id), application=str(self.client.application_id))

    async def until(self, holds: Callable[[], object]) -> None:
        """Return once this holds; the test's time limit ends the wait."""
        while not holds():  # noqa: ASYNC110 - what a test waits for has no event
            await asyncio.sleep(0.005)

    async def places(self) -> dict[str, int]:
        return await self.inbox.places(ADAPTER)


def settings_for(server: DiscordServer) -> DiscordSettings:
    return DiscordSettings(token=server.token, api_url=server.api_url, gateway_url=server.gateway_url)


@asynccontextmanager
async def listening(
    path: Path,
    server: DiscordServer,
    *,
    settings: DiscordSettings | None = None,
    ready: bool = True,
    between: Callable[[ports.Inbox], ports.Inbox] = lambda inbox: inbox,
) -> AsyncIterator[Listened]:
    """Listen to a server over the store at `path`.

    Args:
        path: Where the store is.
        server: Which server.
        settings: How it is reached, if otherwise than usually.
        ready: Whether it begins when the connection stands.
        between: Makes what stands between the connection and the inbox.
    """
    clock = SystemClock()
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock)
    given = settings or settings_for(server)
    client = make_client(given)
    try:
        teams = ScriptedTeams({}, clock=clock)
        engine = EmbeddedEngine(store=store, teams=teams, adapters={}, clock=clock, limits=Limits())
        inbox = Inbox(store=store, teams=teams, engine=engine, clock=clock, adapters={}, default_team="solo")
        told: list[str] = []
        connection = Connection(client, given, kept=KeptInStore(store), clock=clock, tell=told.append)
        listened = Listened(store, client, connection, between(inbox))
        listened.told = told
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(_serve(connection, listened))
            if ready:
                await listened.until(lambda: told or serving.done())
            yield listened
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
    finally:
        await close(client)
        await store.close()


async def _serve(connection: Connection, listened: Listened) -> None:
    await connection.log_in()
    await connection.serve(listened.inbox, forms=PlainForms(), me=listened.me, offer=listened.offered.append)
