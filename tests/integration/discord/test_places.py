"""Places that come, close, open and break while the bot is there or away: nothing said in them is skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.connecting import catching_up
from adapters.discord.connecting.places import Ears
from adapters.discord.web.api import DiscordApi
from tests.discord_server import Permission
from tests.discord_server.entities import Channel, Guild
from tests.discord_server.server import DiscordServer
from tests.integration.discord.listening import listening, settings_for
from tests.integration.discord.test_catching_up import HISTORY, Acme, words

VOICE, FORUM = 2, 15


@pytest.fixture
async def acme() -> AsyncIterator[Acme]:
    async with DiscordServer() as server:
        server.limits.off()
        yield Acme(server)


class BrokenEars:
    """Cannot take in any message."""

    async def said(self, message: discord.Message) -> None:
        raise ValueError("not this one")


def posts(acme: Acme, forum: Channel, words: str) -> Channel:
    """Write a forum's post, whose first message has the thread's own id."""
    world = acme.server.world
    thread = world.create_thread(forum, acme.ann.user, "post")
    world.post(thread, acme.ann.user, f"<@{acme.server.app.id}> {words}", id=thread.id)
    return thread


async def test_forum_post_that_was_written_while_the_bot_was_away_is_heard(acme: Acme, tmp_path: Path) -> None:
    forum = acme.server.world.channel(acme.guild, "forum", FORUM)
    await acme.meet(tmp_path)
    posts(acme, forum, "plan")

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: "plan" in words(bot))


async def test_old_thread_that_was_reopened_by_a_mention_while_the_bot_was_away_is_heard(
    acme: Acme, tmp_path: Path
) -> None:
    thread = await acme.ann.starts_thread(acme.general, "old")
    await acme.ann.says(thread, "long ago")
    acme.server.world.archive(thread)
    await acme.meet(tmp_path)
    await acme.say("again", where=thread)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: "again" in words(bot))


async def test_what_was_said_while_history_was_closed_is_heard_at_the_next_start(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    await acme.say("missed")
    acme.server.fault("error", route=HISTORY, code=50001, status=403)
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("live")
        await bot.until(lambda: words(bot) == ["live"])

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["missed"])


async def test_what_was_said_while_a_channel_was_hidden_is_heard_when_it_is_shown_again(
    acme: Acme, tmp_path: Path
) -> None:
    world, app = acme.server.world, acme.server.app
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("before")
        await bot.until(lambda: bot.said)
        world.rule(acme.general, app.user, deny=int(Permission.VIEW_CHANNEL))
        await acme.say("hidden")
        world.rule(acme.general, app.user)
        await acme.say("after")
        await bot.until(lambda: len(bot.said) == 3)

        assert words(bot) == ["before", "hidden", "after"]


async def test_history_that_may_not_be_read_for_a_while_is_read_when_it_may(acme: Acme, tmp_path: Path) -> None:
    world, app = acme.server.world, acme.server.app
    await acme.meet(tmp_path)
    await acme.say("missed")
    world.rule(acme.general, app.user, deny=int(Permission.READ_MESSAGE_HISTORY))
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("live")
        await bot.until(lambda: words(bot) == ["live"])
        world.rule(acme.general, app.user)
        await bot.until(lambda: words(bot) == ["live", "missed"])


async def test_message_in_history_that_the_library_cannot_parse_is_passed_over(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    broken = await acme.ann.mentions(acme.general, "broken")
    broken.embeds = [7]  # type: ignore[list-item] # what no library expects
    await acme.say("fine")

    with capture_logs() as logs:
        async with listening(tmp_path, acme.server) as bot:
            await bot.until(lambda: words(bot) == ["fine"])
            api = DiscordApi(bot.client, views=lambda _: None, describe=lambda _: {})
            shown = await api.history(str(acme.general.id))

    assert str(broken.id) not in [each.id for each in shown] != []
    assert {each["message"] for each in logs if each["event"] == "discord.message_not_parsed"} == {str(broken.id)}


async def test_server_that_the_library_cannot_parse_does_not_spoil_the_others(acme: Acme, tmp_path: Path) -> None:
    acme.server.world.channel(acme.server.world.guild("Broken"), "voice", VOICE)  # without a bitrate
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("hello")
        await bot.until(lambda: bot.said)

        assert bot.connection.supervised.crashes == 0
        assert bot.client.failures == 1


async def test_places_of_a_server_that_the_bot_has_left_are_forgotten(acme: Acme, tmp_path: Path) -> None:
    two: Guild = acme.server.world.guild("Two")
    other = acme.server.world.channel(two, "other")
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("hello", where=other)
        await bot.until(lambda: bot.said)
        acme.server.world.remove(two)
        await bot.until(lambda: bot.positions.state(str(other.id)) is None)

    async with listening(tmp_path, acme.server) as bot:
        assert str(other.id) not in await bot.places()


async def test_only_the_first_message_waits_for_a_history_that_fails(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "HOLD_SECONDS", 0.1)
    await acme.meet(tmp_path)
    await acme.say("missed")
    acme.server.fault("status", route=HISTORY, status=503, times=None)
    with capture_logs() as logs:
        async with listening(tmp_path, acme.server) as bot:
            await acme.say("one", "two", "three")
            await bot.until(lambda: len(bot.said) == 3)

    in_vain = [each["place"] for each in logs if each["event"] == "discord.not_caught_up_in_time"]
    assert in_vain == [str(acme.general.id)]


async def test_direct_messages_that_the_bot_opened_are_known_before_anybody_answers(acme: Acme, tmp_path: Path) -> None:
    async with listening(tmp_path, acme.server) as bot:
        opened = await DiscordApi(bot.client, views=lambda _: None, describe=lambda _: {}).open_direct(
            str(acme.ann.user.id)
        )

        assert opened in await bot.places()


@pytest.mark.parametrize("sharded", [False, True])
async def test_an_ear_that_raises_is_counted_and_the_next_message_is_heard(
    sharded: bool, acme: Acme, tmp_path: Path
) -> None:
    with capture_logs() as logs:
        settings = replace(settings_for(acme.server), sharded=sharded)
        async with listening(tmp_path, acme.server, settings=settings) as bot:
            ears, hands = bot.client._ears, bot.client._hands
            assert ears is not None
            assert hands is not None
            bot.client.attach(cast(Ears, BrokenEars()), hands)
            await acme.say("one")
            await bot.until(lambda: bot.client.failures)
            bot.client.attach(ears, hands)
            await acme.say("two")
            await bot.until(lambda: "two" in words(bot))

    assert [(each["name"], each["error"]) for each in logs if each["event"] == "discord.event_failed"] == [
        ("on_message", "ValueError")
    ]
