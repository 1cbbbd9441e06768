"""Threads that were made or opened again, and archived, while nobody listened: no server tells of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.discord.connecting import catching_up
from adapters.discord.web import reading
from tests.discord_server import Permission
from tests.discord_server.entities import FORUM, Channel
from tests.discord_server.server import DiscordServer
from tests.integration.discord.listening import listening
from tests.integration.discord.test_catching_up import Acme, words

LIST = "get_archived_threads"


@pytest.fixture
async def acme() -> AsyncIterator[Acme]:
    async with DiscordServer() as server:
        server.limits.off()
        yield Acme(server)


def listed(acme: Acme) -> list[str]:
    """Return the channels whose archived threads were asked for."""
    asked = [int(call.path.split("/")[2]) for call in acme.server.calls(LIST)]
    return [acme.server.world.channels[each].name for each in asked]


async def archived(acme: Acme, name: str, *, where: Channel | None = None) -> Channel:
    """Have a thread in which the bot is mentioned, and which is archived again."""
    thread = await acme.ann.starts_thread(where or acme.general, name)
    await acme.say(f"in-{name}", where=thread)
    acme.server.world.archive(thread)
    return thread


async def test_thread_that_was_made_and_archived_while_the_bot_was_away_is_heard(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    await archived(acme, "trip")

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["in-trip"])


async def test_thread_that_was_made_of_other_peoples_talk_and_archived_is_heard(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    talk = await acme.ann.says(acme.general, "lunch?")
    thread = await acme.ann.starts_thread(acme.general, "lunch", talk)
    await acme.say("noodles", where=thread)
    acme.server.world.archive(thread)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["noodles"])


async def test_old_thread_that_was_opened_and_archived_again_is_heard_where_its_channel_tells_of_news(
    acme: Acme, tmp_path: Path
) -> None:
    thread = await acme.ann.starts_thread(acme.general, "old")
    await acme.ann.says(thread, "long ago")
    acme.server.world.archive(thread)
    await acme.meet(tmp_path)
    await acme.say("again", where=thread)
    acme.server.world.archive(thread)
    await acme.ann.says(acme.general, "something else")

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: "again" in words(bot))


async def test_forum_post_that_was_archived_is_heard_and_its_forum_asked_only_when_there_are_new_ones(
    acme: Acme, tmp_path: Path
) -> None:
    world, forum = acme.server.world, acme.server.world.channel(acme.guild, "forum", FORUM)
    await acme.meet(tmp_path)
    post = world.create_thread(forum, acme.ann.user, "post")
    world.post(post, acme.ann.user, f"<@{acme.server.app.id}> posted", id=post.id)
    world.archive(post)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["posted"])
        await bot.until(lambda: not bot.positions.waiting())
        live = world.create_thread(forum, acme.ann.user, "live")
        world.post(live, acme.ann.user, f"<@{acme.server.app.id}> live", id=live.id)
        await bot.until(lambda: "live" in words(bot))
    assert listed(acme) == ["forum"]

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: not bot.positions.waiting())
    assert listed(acme) == ["forum"]


async def test_start_with_nothing_new_asks_for_no_archived_threads(acme: Acme, tmp_path: Path) -> None:
    acme.server.world.channel(acme.guild, "forum", FORUM)
    await archived(acme, "old")
    await acme.meet(tmp_path)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: not bot.positions.waiting())

    assert listed(acme) == []
    assert acme.asked() == []


async def test_only_threads_that_were_archived_since_are_asked_for(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_AT_ONCE", 2)
    for number in range(5):
        await archived(acme, f"before-{number}")
    acme.server.world.clock.advance(3600)
    await acme.meet(tmp_path)
    threads = [await archived(acme, f"t{number}") for number in range(3)]

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: len(bot.said) == 3)
        await bot.until(lambda: not bot.positions.waiting())

    assert listed(acme) == ["general"] * 2
    assert {name for name in acme.asked() if name != "general"} == {thread.name for thread in threads}


async def test_archived_threads_are_listed_again_after_a_failure(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "SHORTEST_PAUSE", 0.05)
    await acme.meet(tmp_path)
    await archived(acme, "trip")
    acme.server.fault("drop", route=LIST)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["in-trip"])

    assert listed(acme) == ["general"] * 2


async def test_refused_list_does_not_keep_a_channel_from_being_heard(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    await acme.say("missed")
    acme.server.fault("error", route=LIST, code=50013, status=403, times=None)

    with capture_logs() as logs:
        async with listening(tmp_path, acme.server) as bot:
            await bot.until(lambda: words(bot) == ["missed"])

    assert [each["place"] for each in logs if each["event"] == "discord.threads_not_listed"] == [str(acme.general.id)]


async def test_process_that_dies_before_a_found_thread_is_read_leaves_it_to_the_next(
    acme: Acme, tmp_path: Path
) -> None:
    await acme.meet(tmp_path)
    thread = await archived(acme, "trip")
    await acme.say("plan")
    broken = acme.server.fault("status", route=f"GET /channels/{thread.id}/messages*", status=503, times=None)
    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["plan"])

    acme.server.faults.waiting.remove(broken)
    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: words(bot) == ["in-trip"])


async def test_thread_that_was_made_while_its_channel_was_hidden_is_heard_when_it_is_shown_at_a_later_start(
    acme: Acme, tmp_path: Path
) -> None:
    world, app = acme.server.world, acme.server.app
    other = world.channel(acme.guild, "other")
    await acme.meet(tmp_path)
    world.rule(acme.general, app.user, deny=int(Permission.VIEW_CHANNEL))
    await acme.say("hidden", where=await acme.ann.starts_thread(acme.general, "trip"))
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("elsewhere", where=other)
        await bot.until(lambda: words(bot) == ["elsewhere"])
        await bot.until(lambda: not bot.positions.waiting())
        world.rule(acme.general, app.user)
        await bot.until(lambda: "hidden" in words(bot))
