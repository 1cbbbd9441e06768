from __future__ import annotations

import asyncio

import pytest

from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.bots import Acme, Bot, acme, running


@pytest.fixture
def place(server: DiscordServer) -> Acme:
    return acme(server)


async def test_a_bot_connects_and_finds_its_guilds_channels_and_active_threads(place: Acme) -> None:
    thread = await place.anna.starts_thread(place.general, "A haiku")
    said = await place.anna.says(thread, "hello")
    bot = Bot(place.server)
    async with running(bot, place.server):
        (guild,) = bot.guilds
        assert guild.name == "Acme"
        assert [one.name for one in guild.text_channels] == ["general"]
        assert [one.last_message_id for one in guild.threads] == [said.id]
        assert guild.me.guild_permissions.manage_webhooks
    await place.server.gateway.until(0)


async def test_a_bot_is_told_of_messages_in_guilds_and_direct_messages(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        await place.anna.mentions(place.general, "write a haiku")
        await place.anna.writes_dm("and another")
        await place.server.until(lambda: len(bot.said) == 2)
    assert bot.texts == [f"<@{place.server.app.id}> write a haiku", "and another"]
    assert [message.guild and message.guild.name for message in bot.said] == ["Acme", None]
    assert str(bot.said[0].author.display_name) == "Anna"


async def test_what_was_said_while_the_connection_was_broken_is_replayed(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        place.server.gateway.drop()
        await place.anna.says(place.general, "meanwhile")
        await place.server.until(lambda: bot.texts == ["meanwhile"] and "resumed" in bot.names)
        assert (place.server.gateway.identifies, place.server.gateway.resumes) == (1, 1)
        assert place.server.gateway.resumed_elsewhere == 0


async def test_after_a_resume_the_same_messages_may_come_again(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        await place.anna.says(place.general, "one")
        await place.anna.says(place.general, "two")
        await place.server.until(lambda: len(bot.said) == 2)
        place.server.gateway.resend(last=1)
        place.server.gateway.reconnect()
        await place.server.until(lambda: bot.texts == ["one", "two", "two"])


async def test_an_invalid_session_identifies_anew_and_what_was_missed_is_not_told(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        place.server.gateway.drop(resumable=False)
        await place.anna.says(place.general, "lost")
        await place.server.until(lambda: bot.names.count("ready") == 2)
        await place.anna.says(place.general, "heard")
        await place.server.until(lambda: bot.texts == ["heard"])
    assert (place.server.gateway.invalidated, place.server.gateway.identifies) == (1, 2)


async def test_an_invalid_session_that_can_be_resumed_is_resumed(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        place.server.gateway.invalidate(resumable=True)
        await place.server.until(lambda: "resumed" in bot.names)
        place.server.gateway.invalidate()
        await place.server.until(lambda: bot.names.count("ready") == 2)


@pytest.mark.parametrize(("code", "identifies"), [(4000, 1), (4009, 2)])
async def test_closing_with_a_code_keeps_or_ends_the_session(place: Acme, code: int, identifies: int) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        place.server.gateway.close(code)
        await place.server.until(lambda: place.server.gateway.connects > 1 and len(place.server.gateway.connected) == 1)
        assert place.server.gateway.identifies == identifies


async def test_a_message_that_cannot_be_parsed_ends_the_client(place: Acme) -> None:
    bot = Bot(place.server)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(_ended(bot))
        await place.server.gateway.until(1)
        place.server.gateway.malform()
        assert isinstance(await serving, TypeError)


async def _ended(bot: Bot) -> Exception | None:
    try:
        await bot.start(bot.server.token)
    except Exception as error:
        return error
    finally:
        await bot.close()
    return None
