from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket

from tests.discord_server.server import DiscordServer
from tests.discord_server.world import Channel, Guild, User, World


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        monkeypatch.setattr(discord.Asset, "BASE", server.cdn_url)
        yield server


@dataclass(slots=True, kw_only=True)
class Place:
    """A guild with a person, a channel, and the app's client: logged in, without a gateway."""

    server: DiscordServer
    world: World
    guild: Guild
    anna: User
    general: Channel
    client: discord.Client

    async def text(self, channel: Channel | None = None) -> discord.TextChannel:
        """Return the channel as discord.py has it."""
        found = await self.client.fetch_channel((channel or self.general).id)
        assert isinstance(found, discord.TextChannel)
        return found

    async def thread(self, thread: Channel) -> discord.Thread:
        """Return a thread as discord.py has it."""
        found = await self.client.fetch_channel(thread.id)
        assert isinstance(found, discord.Thread)
        return found


@pytest.fixture
async def place(server: DiscordServer) -> AsyncIterator[Place]:
    world = server.world
    guild, anna = world.guild("Acme"), world.user("Anna")
    general = world.channel(guild, "general")
    client = discord.Client(intents=discord.Intents.all(), allowed_mentions=discord.AllowedMentions.none())
    await client.login(server.token)
    yield Place(server=server, world=world, guild=guild, anna=anna, general=general, client=client)
    await client.close()
