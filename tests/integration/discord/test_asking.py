"""`/ask`: the command's own message stands for the words, and the run goes on in a thread made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RunStatus
from tests.discord_server import Channel, DiscordServer, Guild, Permission, Person
from tests.integration.discord.handled import GREET, handled
from tests.scripted import Script

ECHO: dict[str, Script] = {"greet": [["say", "ada", "heard: {text}"]], "coder": [["say", "cora", "coded: {text}"]]}


async def test_ask_makes_a_thread_of_its_own_message(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts={"greet": GREET}) as bot:
        outcome = await (await anna.slash(general, "ask", prompt="write *a* haiku")).completed()
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "hello" in str(seen))
        await anna.says(thread, "in spring")
        await anna.until(thread, lambda seen: "you said in spring" in str(seen))

        assert outcome.text == "**Anna** asks:\n> write \\*a\\* haiku"
        assert not outcome.ephemeral
        assert thread.name == "write *a* haiku"
        assert outcome.message is not None
        assert thread.id == outcome.message.id
        assert [run.opening.text for run in await bot.runs(thread)] == ["write *a* haiku"]


async def test_thread_of_a_command_is_known_at_once_so_that_nothing_in_it_is_missed_after_a_crash(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.slash(general, "ask", prompt="read it")
        await bot.until(lambda: anna.threads(general))

        assert str(anna.threads(general)[0].id) in await bot.inbox.places("discord")


async def test_ask_takes_a_team_and_files(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.slash(general, "ask", prompt="read it", team="coder", file=("a.txt", b"alpha"))
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "coded: read it" in str(seen))

        [run] = await bot.runs(thread)
        assert (run.team, [file.data for file in run.opening.attachments]) == ("coder", [b"alpha"])


async def test_those_who_are_mentioned_in_an_ask_stand_there_by_name(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    ben = server.person("Ben")
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        prompt = f"thank <@{ben.id}> in <#{general.id}>"
        outcome = await (await anna.slash(general, "ask", prompt=prompt)).completed()
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "heard: thank @Ben in #general" in str(seen))

        assert outcome.text == "**Anna** asks:\n> thank @Ben in #general"
        assert thread.name == "thank @Ben in #general"


async def test_ask_in_a_thread_goes_on_right_there_with_what_was_said_before(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        thread = await anna.starts_thread(general, "the trip")
        await anna.says(thread, "Rome or Oslo")
        await anna.slash(thread, "ask", prompt="decide")
        await anna.until(thread, lambda seen: "heard: decide" in str(seen))

        [run] = await bot.runs(thread)
        assert [entry["content"] for entry in run.opening.history] == ["Anna: Rome or Oslo"]
        assert len(anna.threads(general)) == 1


async def test_ask_in_direct_messages_goes_on_there(server: DiscordServer, anna: Person, tmp_path: Path) -> None:
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.slash(anna.dm, "ask", prompt="hi")
        await anna.until(anna.dm, lambda seen: "completed" in str(seen))

        assert await bot.statuses(anna.dm) == [RunStatus.COMPLETED]


async def test_unknown_team_is_told_to_who_asked_and_begins_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO):
        outcome = await anna.slash(general, "ask", prompt="--team nobody hi")
        await outcome.until(lambda one: "no team" in one.text)

        assert "coder, greet" in outcome.text
        assert [message.ephemeral for message in outcome.messages] == [True]
        assert anna.threads(general) == []


async def test_missing_permission_for_threads_is_named_to_who_asked(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.world.rule(general, server.app.user, deny=int(Permission.CREATE_PUBLIC_THREADS))
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        outcome = await anna.slash(general, "ask", prompt="hi")
        await outcome.until(lambda one: "Create Public Threads" in one.text)
        await bot.until_handled()

        assert anna.threads(general) == []
        assert "asks" not in str(anna.sees(general))


@pytest.mark.parametrize("missing", [Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES])
async def test_mention_that_cannot_be_answered_is_told_the_permission_where_that_is_possible(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, missing: Permission
) -> None:
    denied = Permission.CREATE_PUBLIC_THREADS | missing
    server.world.rule(general, server.app.user, deny=int(denied))
    where = anna.dm if missing is Permission.SEND_MESSAGES else general
    async with handled(tmp_path, server, scripts=ECHO):
        await anna.mentions(general, "hi")
        seen = await anna.until(where, lambda seen: "Create Public Threads" in str(seen))

        assert "No thread can be opened here" in str(seen)


async def test_who_alone_has_installed_the_app_is_answered_directly(
    server: DiscordServer, anna: Person, tmp_path: Path
) -> None:
    other: Guild = server.world.guild("Elsewhere", bots=False)
    server.world.join(other, anna.user)
    square = server.world.channel(other, "square")
    async with handled(tmp_path, server, scripts=ECHO):
        outcome = await anna.slash(square, "ask", prompt="hi")
        await anna.until(anna.dm, lambda seen: "heard: hi" in str(seen))
        await outcome.until(lambda one: "direct messages" in one.text)

        assert [message.ephemeral for message in outcome.messages] == [True]


async def test_ask_that_a_dead_process_had_begun_is_one_run_in_one_thread(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.fault("late_answer", route="create_thread_from_message", seconds=60)
    async with handled(tmp_path, server, scripts=ECHO):
        await anna.slash(general, "ask", prompt="hi")
        await server.until(lambda: server.calls("create_thread_from_message"))
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await bot.until_handled()
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "heard: hi" in str(seen))

        assert len(await bot.runs(thread)) == 1
        assert str(anna.sees(general)).count("asks:") == 1


async def test_reply_before_the_run_is_recorded_is_part_of_it(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.fault("late_answer", route="create_thread_from_message", seconds=0.5)
    async with handled(tmp_path, server, scripts={"greet": GREET}) as bot:
        await anna.slash(general, "ask", prompt="count the words")
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.says(thread, "only the nouns")

        await anna.until(thread, lambda seen: "you said only the nouns" in str(seen))


async def test_ask_whose_token_is_over_stands_as_a_message_of_the_bots_own(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.fault("error", route="PATCH */messages/@original", code=50027, status=401)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.slash(general, "ask", prompt="hi")
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        assert "**Anna** asks:" in str(anna.sees(general))
        assert len(await bot.runs(thread)) == 1


async def test_ask_that_a_dead_process_has_shown_is_shown_once_also_when_its_token_is_over(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.fault("status", route="create_thread_from_message", status=503, times=None)
    async with handled(tmp_path, server, scripts=ECHO):
        await anna.slash(general, "ask", prompt="hi")
        await server.until(lambda: server.calls("create_thread_from_message"))
    server.faults.waiting.clear()
    await anna.says(general, "lunch?")
    server.fault("error", route="PATCH */messages/@original", code=50027, status=401)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "completed" in seen)

        assert str(anna.sees(general)).count("asks:") == 1
        assert len(await bot.runs(thread)) == 1


async def test_who_takes_no_direct_messages_is_told_so_in_answer(
    server: DiscordServer, anna: Person, tmp_path: Path
) -> None:
    other = server.world.guild("Elsewhere", bots=False)
    server.world.join(other, anna.user)
    square = server.world.channel(other, "square")
    server.fault("error", route="create_message", code=50007, status=403)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        outcome = await anna.slash(square, "ask", prompt="hi")
        await outcome.until(lambda one: "may not write to you directly" in one.text)

        assert await bot.runs(anna.dm) == []


async def test_ask_without_words_begins_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO):
        outcome = await anna.slash(general, "ask", prompt="   ")
        await outcome.until(lambda one: "Write what the team is to do" in one.text)

        assert anna.threads(general) == []


async def test_long_words_are_shown_in_part_and_given_whole(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    text = "x" * 3000
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.slash(general, "ask", prompt=text)
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        assert [run.opening.text for run in await bot.runs(thread)] == [text]
        assert "xxx…" in str(anna.sees(general))
