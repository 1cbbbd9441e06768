"""What the tests of Discord share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.integration.discord.sending import Sending, sending


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    """A thread of a server's channel, and a process of ours."""
    async with sending() as made:
        yield made


@pytest.fixture
async def d() -> AsyncIterator[Sending]:
    """Somebody's direct messages, and a process of ours."""
    async with sending(direct=True) as made:
        yield made


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as made:
        made.limits.off()
        yield made


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    return server.world.guild("Acme")


@pytest.fixture
def general(server: DiscordServer, guild: Guild) -> Channel:
    return server.world.channel(guild, "general")


@pytest.fixture
def anna(server: DiscordServer, general: Channel) -> Person:
    return server.person("Anna")
