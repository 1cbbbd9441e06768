from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.bots import Acme, Bot, acme, running

GUILDS, MESSAGES, DIRECT, CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15


@pytest.fixture
def place(server: DiscordServer) -> Acme:
    return acme(server)


@dataclass(slots=True)
class Raw:
    """A WebSocket without any library."""

    socket: aiohttp.ClientWebSocketResponse
    events: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def until(self, name: str) -> dict[str, Any]:
        """Read until an event comes, and return its data."""
        async with asyncio.timeout(5):
            while True:
                frame = await self.socket.receive_json()
                self.events.append(frame)
                if frame.get("t") == name:
                    return dict(frame["d"])

    async def closed(self) -> int | None:
        """Read until the connection is closed, and return the code."""
        async with asyncio.timeout(5):
            async for _ in self.socket:
                pass
        return self.socket.close_code


@asynccontextmanager
async def raw(server: DiscordServer) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        yield Raw(socket)


def identify(server: DiscordServer, intents: int = GUILDS | MESSAGES | DIRECT | CONTENT, **more: Any) -> dict[str, Any]:
    return {"token": server.token, "intents": intents, "properties": {}} | more


async def test_a_wrong_token_closes_with_4004(place: Acme) -> None:
    async with raw(place.server) as bot:
        await bot.send(2, identify(place.server, token="wrong"))
        assert await bot.closed() == 4004


async def test_intents_that_are_not_switched_on_close_with_4014(place: Acme) -> None:
    place.server.app.intents = 0
    with pytest.raises(ExceptionGroup) as caught:
        async with running(Bot(place.server), place.server):
            pass
    assert caught.group_contains(discord.PrivilegedIntentsRequired)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ((2, {"intents": 1 << 40}), 4013),
        ((2, {"shard": [2, 2]}), 4010),
        ((3, {}), 4003),
        ((99, {}), 4003),
        ((2, None), 4002),
    ],
)
async def test_what_no_bot_sends_closes_with_its_code(place: Acme, frame: tuple[int, Any], code: int) -> None:
    op, data = frame
    async with raw(place.server) as bot:
        await bot.send(op, identify(place.server) | data if op == 2 and data else data)
        assert await bot.closed() == code


async def test_without_the_content_intent_a_message_is_empty_unless_it_is_meant_for_the_bot(place: Acme) -> None:
    chosen = discord.Intents.default()
    bot = Bot(place.server, intents=chosen)
    async with running(bot, place.server):
        await place.anna.says(place.general, "among people", files=[("a.txt", b"a")])
        await place.anna.mentions(place.general, "for you")
        await place.anna.writes_dm("to you")
        await place.server.until(lambda: len(bot.said) == 3)
    assert bot.texts == ["", f"<@{place.server.app.id}> for you", "to you"]
    assert bot.said[0].attachments == []


async def test_without_an_intent_its_events_do_not_come(place: Acme) -> None:
    async with raw(place.server) as bot:
        await bot.send(2, identify(place.server, GUILDS | DIRECT))
        await bot.until("GUILD_CREATE")
        await place.anna.says(place.general, "among people")
        await place.anna.writes_dm("to you")
        assert (await bot.until("MESSAGE_CREATE"))["content"] == "to you"


async def test_a_shard_serves_its_guilds_and_the_first_one_direct_messages(place: Acme) -> None:
    number = (place.guild.id >> 22) % 2
    async with raw(place.server) as own, raw(place.server) as other:
        await own.send(2, identify(place.server, shard=[number, 2]))
        await other.send(2, identify(place.server, shard=[1 - number, 2]))
        assert [one["id"] for one in (await own.until("READY"))["guilds"]] == [str(place.guild.id)]
        assert (await other.until("READY"))["guilds"] == []
        await place.server.gateway.until(2)
        await place.anna.says(place.general, "in the guild")
        await place.anna.writes_dm("to you")
        texts = [(await own.until("MESSAGE_CREATE"))["content"]]
        direct = own if number == 0 else other
        texts.append((await direct.until("MESSAGE_CREATE"))["content"])
    assert texts == ["in the guild", "to you"]


async def test_a_session_without_heartbeats_is_over(place: Acme) -> None:
    place.server.gateway.heartbeat_seconds = 0.05
    async with raw(place.server) as bot:
        await bot.send(2, identify(place.server))
        assert await bot.closed() == 4009
    assert place.server.gateway.sessions == []


async def test_a_half_open_connection_is_given_up_by_the_bot_and_resumed(place: Acme) -> None:
    place.server.gateway.heartbeat_seconds = 0.1
    bot = Bot(place.server, heartbeat_timeout=0.4)
    async with running(bot, place.server):
        await place.anna.says(place.general, "one")
        await place.server.until(lambda: bot.texts == ["one"])
        place.server.gateway.half_open()
        await place.anna.says(place.general, "two")
        await place.server.until(lambda: bot.texts == ["one", "two"])
        assert place.server.gateway.resumes >= 1


async def test_heartbeats_that_are_never_acknowledged_make_a_quiet_bot_reconnect(place: Acme) -> None:
    place.server.gateway.heartbeat_seconds = 0.1
    place.server.gateway.acknowledges = False
    async with running(Bot(place.server, heartbeat_timeout=0.4), place.server):
        await place.server.until(lambda: place.server.gateway.connects > 1)


async def test_while_connections_are_refused_the_bot_tries_again(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        place.server.gateway.refuses = True
        place.server.gateway.drop()
        await place.server.until(lambda: place.server.gateway.refused > 0)
        await place.anna.says(place.general, "meanwhile")
        place.server.gateway.refuses = False
        await place.server.until(lambda: bot.texts == ["meanwhile"])


async def test_a_bot_that_is_added_to_a_guild_is_told_of_it_and_of_its_removal(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        other = place.server.world.guild("Other")
        await place.server.until(lambda: len(bot.guilds) == 2)
        place.server.world.remove(other)
        await place.server.until(lambda: len(bot.guilds) == 1)


async def test_a_channel_that_the_bot_may_not_view_is_not_told_of(place: Acme) -> None:
    secret = place.server.world.channel(place.guild, "secret")
    place.server.world.rule(secret, place.server.app.user, deny=1 << 10)
    bot = Bot(place.server)
    async with running(bot, place.server):
        await place.anna.says(secret, "hidden")
        await place.anna.says(place.general, "shown")
        await place.server.until(lambda: bot.texts == ["shown"])


async def test_members_can_be_asked_for(place: Acme) -> None:
    async with running(Bot(place.server), place.server) as bot:
        (guild,) = bot.guilds
        assert [one.display_name for one in await guild.query_members("anna")] == ["Anna"]


async def test_a_resume_with_a_number_that_was_never_sent_closes_with_4007(place: Acme) -> None:
    async with raw(place.server) as bot:
        await bot.send(2, identify(place.server))
        ready = await bot.until("READY")
        place.server.gateway.drop()
    async with raw(place.server) as again:
        await again.send(6, {"token": place.server.token, "session_id": ready["session_id"], "seq": 99})
        assert await again.closed() == 4007


async def test_a_session_cannot_be_resumed_for_ever(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        place.server.gateway.refuses = True
        place.server.gateway.drop()
        await place.server.until(lambda: place.server.gateway.refused)
        place.server.advance(200)
        place.server.gateway.refuses = False
        await place.server.until(lambda: bot.names.count("ready") == 2)
    assert place.server.gateway.invalidated == 1


async def test_a_guild_in_an_outage_is_named_and_not_told_of(place: Acme) -> None:
    place.server.gateway.silent.add(place.guild.id)
    bot = Bot(place.server)
    async with running(bot, place.server):
        assert [one.unavailable for one in bot.guilds] == [True]


async def test_the_session_of_a_process_that_was_killed_can_still_be_resumed(place: Acme) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(place.server.gateway_url)
        await socket.send_json({"op": 2, "d": identify(place.server)})
        ready = await Raw(socket).until("READY")
    await place.server.gateway.until(0)
    await place.anna.says(place.general, "meanwhile")
    async with raw(place.server) as again:
        await again.send(6, {"token": place.server.token, "session_id": ready["session_id"], "seq": 1})
        assert (await again.until("MESSAGE_CREATE"))["content"] == "meanwhile"
        await again.until("RESUMED")
