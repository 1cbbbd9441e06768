"""What was said while nobody listened, and what a process had begun when it ended."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain import RunStatus
from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.handled import GREET, handled
from tests.scripted import Script

ECHO: dict[str, Script] = {"greet": [["say", "ada", "heard: {text}"]]}
ASKS: dict[str, Script] = {"greet": GREET}


async def test_mention_whose_thread_a_dead_process_had_made_is_one_run_in_it(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.fault("late_answer", route="create_thread_from_message", seconds=60)
    async with handled(tmp_path, server, scripts=ECHO):
        root = await anna.mentions(general, "hi")
        thread = await anna.thread_of(root)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.until(thread, lambda seen: "completed" in str(seen))
        await bot.until_handled()

        assert len(await bot.runs(thread)) == len(anna.threads(general)) == 1


async def test_what_is_said_while_the_bot_is_down_is_answered(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=ASKS):
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        await anna.writes_dm("hi")
        await anna.until(anna.dm, lambda seen: any(one.buttons for one in seen.messages))
    await anna.says(thread, "a reply")
    await anna.writes_dm("a direct reply")
    root = await bo.mentions(general, "a mention")
    async with handled(tmp_path, server, scripts=ASKS):
        await anna.until(thread, lambda seen: "you said a reply" in str(seen))
        await anna.until(anna.dm, lambda seen: "you said a direct reply" in str(seen))
        await bo.until(await bo.thread_of(root), lambda seen: "hello" in str(seen))


async def test_stop_that_was_said_while_the_bot_was_down_is_meant_for_what_was_said_before_it(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ASKS):
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
    for words in ("more 1", "more 2", "more 3", "@Threadfast stop", "@Threadfast and now this"):
        await anna.says(thread, words, files=[("a.txt", b"a")] if words.startswith("more") else [])
        # Ids tell milliseconds: nobody types two messages within one.
        await asyncio.sleep(0.005)
    server.fault("latency", route="attachment", seconds=1, times=None)
    async with handled(tmp_path, server, scripts=ASKS) as bot:
        await anna.until(thread, lambda seen: str(seen).count("hello") == 2)
        await bot.until_handled()

        runs = await bot.runs(thread)
        assert runs[0].status is RunStatus.CANCELLED
        assert [run.opening.text for run in runs] == ["hi", "and now this"]


async def test_redelivered_messages_and_presses_change_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ASKS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        await anna.says(thread, "42")
        await anna.until(thread, lambda seen: "completed" in str(seen))
        server.gateway.resend(last=8)
        await anna.mentions(thread, "again")
        await anna.until(thread, lambda seen: str(seen).count("hello") == 2)
        await bot.until_handled()

        assert [run.opening.text for run in await bot.runs(thread)] == ["hi", "again"]
