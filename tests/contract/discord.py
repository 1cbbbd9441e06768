"""Discord's adapter with a thread to show something in, before a Discord of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.connecting.syncing import KeptInStore
from adapters.discord.ids import ADAPTER
from adapters.discord.settings import DiscordSettings
from bot.app import SystemClock
from bot.domain import ThreadRef
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.overview import StoredOverview
from bot.store import open_store
from tests.discord_server import DiscordServer
from tests.scripted import ScriptedTeams


@asynccontextmanager
async def discord_adapter() -> AsyncIterator[tuple[DiscordAdapter, ThreadRef]]:
    """Make the adapter and run it: without its connection nothing can be shown."""
    clock = SystemClock()
    with TemporaryDirectory() as folder:
        store = await asyncio.to_thread(open_store, Path(folder) / "store.db", clock=clock)
        teams = ScriptedTeams({}, clock=clock)
        engine = EmbeddedEngine(store=store, teams=teams, adapters={}, clock=clock, limits=Limits())
        inbox = Inbox(store=store, teams=teams, engine=engine, clock=clock, adapters={}, default_team="greet")
        overview = StoredOverview(store=store, teams=teams, default_team="greet", models=_models)
        async with DiscordServer() as server, asyncio.TaskGroup() as group:
            server.limits.off()
            thread = await _thread(server)
            settings = DiscordSettings(token=server.token, api_url=server.api_url, gateway_url=server.gateway_url)
            adapter = DiscordAdapter(settings, overview=overview, kept=KeptInStore(store), clock=clock)
            running = group.create_task(adapter.run(inbox))
            try:
                yield adapter, thread
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
        await store.close()


async def _thread(server: DiscordServer) -> ThreadRef:
    guild = server.world.guild("Acme")
    channel = server.world.channel(guild, "general")
    root = await server.person("Anna").says(channel, "a thread")
    thread = server.world.create_thread(channel, server.app.user, "a thread", message=root)
    return ThreadRef(adapter=ADAPTER, workspace=str(guild.id), channel=str(channel.id), thread=str(thread.id))


async def _models(language: str) -> str:
    return ""
