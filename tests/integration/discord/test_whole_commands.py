"""Slash commands of the running command, in the languages of those who use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.texts import say
from tests.discord_server import Channel, Permission, Person
from tests.integration.discord.stage import Stage, alone, staged

pytestmark = pytest.mark.timeout(240)
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as made, made.bot():
        yield made


async def ask(person: Person, place: Channel, command: str, /, **options: object) -> str:
    return await alone(await person.slash(place, command, **options))


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_command_answers_the_person_alone_in_their_language(stage: Stage, language: str) -> None:
    anna, general = stage.anna, stage.general
    anna.user.locale = LOCALES[language]
    owner = stage.server.person("Olga", locale=LOCALES[language])
    stage.guild.owner_id = owner.id

    assert await ask(anna, general, "help") == say("discord_help", language)
    assert (await ask(anna, general, "teams")).startswith(say("chat_teams", language))
    assert say("discord_listed_none", language) in await ask(anna, general, "status")
    assert "Ollama" in await ask(anna, general, "models")
    refused = say("denied_operate", language, who=say("who_nobody", language))
    assert await ask(anna, general, "pull", model="big:70b") == refused
    assert await ask(anna, general, "stop") == say("chat_nothing_to_stop", language)
    assert await ask(anna, general, "mute") == say("chat_nothing_to_mute", language)
    assert await ask(anna, general, "default") == say("chat_default_is", language, team="reviewed")
    assert await ask(anna, general, "default", team="solo") == say("discord_default_denied", language)
    assert await ask(owner, general, "default", team="solo") == say("chat_default_set", language, team="solo")


async def test_run_that_waits_is_listed_stopped_and_silenced(stage: Stage) -> None:
    anna = stage.anna
    thread, other = await stage.asks("print some primes"), await stage.asks("print others")
    await stage.card(thread, "End this chat")
    await stage.card(other, "End this chat")

    listed = await ask(anna, stage.general, "status")
    in_thread = await ask(anna, thread, "stop")
    await stage.sees(thread, "stopped by Anna")
    in_channel = await ask(anna, stage.general, "stop")
    await stage.sees(other, "stopped by Anna")
    muted = await ask(anna, thread, "mute")
    await anna.says(thread, "is anybody there?")
    await anna.says(other, "and here?")
    await stage.sees(other, "up to which number")
    await stage.settled()

    assert say("chat_listed_waiting", "en") in listed
    assert ("print some primes" in listed, "print others" in listed) == (True, True)
    assert in_thread == in_channel == say("chat_stopped", "en", count=1)
    assert muted == say("muted", "en")
    assert stage.anna.sees(thread).last.text == "is anybody there?"


async def test_chinese_conversation_is_chinese_where_the_bot_itself_speaks(stage: Stage) -> None:
    stage.anna.user.locale = "zh-CN"
    asked = await stage.anna.slash(stage.general, "ask", prompt="写一个程序")
    await asked.completed(30)
    assert asked.message is not None
    thread = await stage.thread_of(asked.message)
    card = await stage.card(thread, say("chat_exit", "zh"))
    await stage.anna.presses(card, say("chat_exit", "zh"))
    await stage.sees(thread, "结束")

    assert say("chat_asks", "zh") in asked.text


async def test_commands_are_registered_once_and_not_again_at_the_next_start(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with stage.bot():
            await stage.server.until(lambda: stage.server.calls("overwrite_commands"), 30)
        async with stage.bot():
            await stage.anna.writes_dm("print some primes")
            await stage.card(stage.anna.dm, "End this chat")

        assert len(stage.server.calls("overwrite_commands")) == 1


async def test_team_of_a_channel_is_set_by_who_manages_it(stage: Stage) -> None:
    stage.world.rule(stage.general, stage.bo.user, allow=int(Permission.MANAGE_CHANNELS))

    denied = await ask(stage.bo, stage.general, "default", team="solo", everywhere=True)
    done = await ask(stage.bo, stage.general, "default", team="solo")
    thread = await stage.asks("hello")
    await stage.sees(thread, "up to which number")

    assert denied == say("discord_default_denied_all", "en")
    assert done == say("chat_default_set", "en", team="solo")
    assert "assistant" in stage.anna.sees(thread).authors
