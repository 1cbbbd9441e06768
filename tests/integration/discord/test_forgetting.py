"""`/forget`: people delete what they began, once they have confirmed it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.discord_server import Channel, DiscordServer, Guild, Outcome, Person
from tests.integration.discord.handled import GREET, Handled, handled
from tests.scripted import Script

TEAMS: dict[str, Script] = {"greet": GREET}


async def told(outcome: Outcome) -> str:
    """Return what somebody alone is told."""
    await outcome.until(lambda one: one.text)
    assert [message.ephemeral for message in outcome.messages] == [True]
    return outcome.text


async def begun(person: Person, channel: Channel, words: str) -> Channel:
    """Begin a conversation and return its thread once it waits for somebody."""
    thread = await person.thread_of(await person.mentions(channel, words))
    await person.until(thread, lambda seen: any(one.buttons for one in seen.messages))
    return thread


async def gone(bot: Handled, thread: Channel) -> None:
    while await bot.runs(thread):  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.02)


async def test_person_deletes_what_they_began_in_this_channel_and_nothing_else(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo, other = server.person("Bo"), server.world.channel(guild, "other")
    async with handled(tmp_path, server, scripts=TEAMS) as bot:
        hers, elsewhere = await begun(anna, general, "hers"), await begun(anna, other, "elsewhere")
        his = await begun(bo, general, "his")
        asked = await anna.slash(general, "forget")
        question = await told(asked)
        before = [len(await bot.runs(thread)) for thread in (hers, elsewhere, his)]
        words = await told(await anna.presses(asked.messages[0], "Delete for good"))
        await gone(bot, hers)

        assert "Conversations that you began here: 1." in question
        assert "stays there until it is deleted there" in question
        assert before == [1, 1, 1]
        assert words.endswith("Being deleted: 1. It takes some seconds.")
        assert [len(await bot.runs(thread)) for thread in (hers, elsewhere, his)] == [0, 1, 1]


async def test_in_a_thread_it_is_about_that_thread_and_only_for_who_began_it(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=TEAMS) as bot:
        one, two = await begun(anna, general, "one"), await begun(anna, general, "two")
        nothing = await told(await bo.slash(one, "forget"))
        asked = await anna.slash(one, "forget")
        await told(asked)
        await told(await anna.presses(asked.messages[0], "Delete for good"))
        await gone(bot, one)

        assert nothing == "There is no conversation here that you began."
        assert len(await bot.runs(two)) == 1


async def test_button_that_is_pressed_again_finds_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=TEAMS) as bot:
        thread = await begun(anna, general, "hers")
        asked = await anna.slash(general, "forget")
        await told(asked)
        await told(await anna.presses(asked.messages[0], "Delete for good"))
        await gone(bot, thread)
        again = await told(await anna.presses(asked.messages[0], "Delete for good"))

        assert again.endswith("There is no conversation here that you began.")
