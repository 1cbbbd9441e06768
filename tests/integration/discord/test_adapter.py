"""The adapter around its parts: its name, its beginning and its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from discord.http import Ratelimit

from adapters.discord import adapter as adapter_module
from adapters.discord.connecting import client as client_module
from adapters.discord.connecting.client import make_client
from adapters.discord.settings import DiscordSettings
from bot.domain import Post, PostKind, RunStatus, ThreadRef
from bot.errors import RetryLaterError
from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.rig import running

POST = Post(
    key="k",
    kind=PostKind.NOTICE,
    thread=ThreadRef(adapter="discord", workspace="1", channel="2", thread="3"),
    language="en",
    text="hello",
)


async def test_post_before_the_bot_is_logged_in_is_tried_later(
    server: DiscordServer, general: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_module, "LOGIN_SECONDS", 0.05)
    async with running(tmp_path, server) as bot:
        adapter = bot.adapter
        assert adapter.name == "discord"

    with pytest.raises(RetryLaterError, match="not logged in"):
        await adapter.post(POST)
    with pytest.raises(RetryLaterError, match="not logged in"):
        await adapter.find(POST, after=None)
    adapter.preview(POST.thread, "p", "ada", "hello")


async def test_discord_that_does_not_answer_at_first_is_waited_for(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    server.fault("status", route="GET /users/@me", status=503)
    server.fault("not_json", route="GET /users/@me")
    async with running(tmp_path, server) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "plan"))
        await bot.until_status(thread, RunStatus.INPUT_REQUIRED)


async def test_nothing_of_it_is_left_running_when_it_ends(
    server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    before = asyncio.all_tasks()
    async with running(tmp_path, server):
        pass
    await server.gateway.until(lambda: not server.gateway.connections)

    assert {task.get_name() for task in asyncio.all_tasks() - before if "discord" in task.get_name()} == set()


async def test_proxy_and_shards_are_the_settings() -> None:
    settings = DiscordSettings(token="t", proxy="http://proxy:3128")

    plain, sharded = make_client(settings), make_client(replace(settings, sharded=True, proxy=""))

    assert (plain.http.proxy, sharded.http.proxy) == ("http://proxy:3128", None)
    assert [type(each).__name__ for each in (plain, sharded)] == ["GatewayClient", "ShardedClient"]
    assert {name for name, on in plain.intents if on} == {"guilds", "guild_messages", "dm_messages", "message_content"}


@pytest.mark.parametrize(("seconds", "looks"), [(30.0, False), (0.0, True)])
async def test_limits_of_all_threads_are_looked_through_now_and_then_and_not_for_each_new_one(
    monkeypatch: pytest.MonkeyPatch, seconds: float, looks: bool
) -> None:
    monkeypatch.setattr(client_module, "FORGETS_SECONDS", seconds)
    looked: list[Ratelimit] = []

    def is_inactive(limit: Ratelimit) -> bool:
        looked.append(limit)
        return False

    monkeypatch.setattr(Ratelimit, "is_inactive", is_inactive)
    limits = make_client(DiscordSettings(token="t")).http.get_ratelimit
    for number in range(300):
        limits(f"thread {number}")
    looked.clear()

    limits("one more")

    assert bool(looked) is looks
