from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest

from adapters.discord.connecting.client import make_client
from adapters.discord.rendering.pictures import picture_of
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.avatars import Avatars, standard
from adapters.discord.web.tracing import no_repetition
from tests.discord_server import DiscordServer


@asynccontextmanager
async def client_of(server: DiscordServer) -> AsyncIterator[discord.Client]:
    client = make_client(DiscordSettings(token=server.token, api_url=server.api_url), trace=no_repetition())
    await client.login(server.token)
    try:
        yield client
    finally:
        await client.close()


async def test_an_agents_picture_is_kept_once_and_found_again_after_a_restart() -> None:
    async with DiscordServer() as server:
        async with client_of(server) as client:
            avatars = Avatars(client)
            address = await avatars.of("coder")
            assert await avatars.of("coder") == address
            assert await avatars.of("reviewer") != address
            kept = next(one for one in server.app.emojis.values() if str(one.id) in address)
            assert kept.content == picture_of("coder")
        async with client_of(server) as client:
            assert await Avatars(client).of("coder") == address

    assert len(server.calls("create_emoji")) == 2


async def test_a_picture_that_another_process_has_just_kept_is_used() -> None:
    async with DiscordServer() as server, client_of(server) as one, client_of(server) as other:
        first, second = Avatars(one), Avatars(other)
        await first.of("planner")
        await second.of("planner")

        assert await first.of("coder") == await second.of("coder")


@pytest.mark.parametrize("kind", ["status", "drop", "error"])
async def test_a_picture_that_cannot_be_kept_gives_way_to_one_of_discords_own(kind: str) -> None:
    details = {"code": 30008} if kind == "error" else {"status": 503} if kind == "status" else {}
    async with DiscordServer() as server, client_of(server) as client:
        server.fault(kind, route="create_emoji", times=None, **details)

        assert await Avatars(client).of("coder") == standard("coder")
