from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import discord
from discord import app_commands

from tests.discord_server.entities import Channel, Guild
from tests.discord_server.persons import Person
from tests.discord_server.server import DiscordServer


def intents() -> discord.Intents:
    chosen = discord.Intents.default()
    chosen.message_content = True
    return chosen


AnyClient = TypeVar("AnyClient", bound=discord.Client)


class Bot(discord.Client):
    """discord.py's own client, which keeps what it was told."""

    def __init__(self, server: DiscordServer, **options: Any) -> None:
        chosen: dict[str, Any] = {"intents": intents(), "guild_ready_timeout": 0.05} | options
        super().__init__(**chosen)
        self.server = server
        self.tree = app_commands.CommandTree(self)
        self.said: list[discord.Message] = []
        self.names: list[str] = []
        """The events that tell of the connection, in order."""

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.said]

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        self.names.append("identify")

    async def on_ready(self) -> None:
        self.names.append("ready")

    async def on_resumed(self) -> None:
        self.names.append("resumed")

    async def on_message(self, message: discord.Message) -> None:
        self.said.append(message)


@dataclass(slots=True, kw_only=True)
class Acme:
    """A guild with a person and a channel, and no bot that listens yet."""

    server: DiscordServer
    guild: Guild
    general: Channel
    anna: Person


def acme(server: DiscordServer) -> Acme:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    return Acme(server=server, guild=guild, general=general, anna=server.person("Anna"))


@asynccontextmanager
async def running(bot: AnyClient, server: DiscordServer) -> AsyncIterator[AnyClient]:
    """Run a client around a block; returns once it is ready."""
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(bot.start(server.token))
        try:
            async with asyncio.timeout(10):
                await _ready(bot, serving)
            yield bot
        finally:
            await bot.close()
            with contextlib.suppress(asyncio.CancelledError):
                await serving


async def _ready(bot: discord.Client, serving: asyncio.Task[None]) -> None:
    while not bot.is_ready():
        if serving.done():
            await serving
        await asyncio.sleep(0.005)
