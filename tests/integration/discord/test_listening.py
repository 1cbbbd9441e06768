"""What people say in channels, threads, forums and directly, and what the bot makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.discord.settings import DiscordSettings
from bot.domain import RunStatus
from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.integration.discord.handled import handled
from tests.scripted import Script

PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
ECHO: dict[str, Script] = {"greet": [["say", "ada", "heard: {text}"]]}
HOLDS: dict[str, Script] = {"greet": [["hold"], ["say", "ada", "heard: {text}"]]}


async def test_mention_makes_a_thread_in_which_replies_need_no_mention(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server) as bot:
        root = await anna.mentions(general, "write a haiku\nabout rain")
        thread = await anna.thread_of(root)
        await anna.until(thread, lambda seen: "hello" in str(seen))
        await anna.says(thread, "in spring")
        await anna.until(thread, lambda seen: "you said in spring" in str(seen))
        await anna.until(thread, lambda seen: "completed" in str(seen))

        assert thread.name == "write a haiku"
        [run] = await bot.runs(thread)
        assert (run.opening.text, run.started_by.name) == ("write a haiku\nabout rain", "Anna")


async def test_mention_in_a_thread_of_people_takes_what_was_said_there_before(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts={"greet": [["say", "ada", "{history}"]]}) as bot:
        idea = await bo.says(general, "where to go?")
        thread = await bo.starts_thread(general, "the trip", idea)
        await bo.says(thread, "Rome or Oslo")
        await anna.mentions(thread, "decide")
        await anna.until(thread, lambda seen: "completed" in str(seen))

        [run] = await bot.runs(thread)
        said = [entry["content"] for entry in run.opening.history]
        assert said == ["Bo: where to go?", "Bo: Rome or Oslo"]
        assert run.opening.text == "decide"


async def test_mention_in_a_forums_post_takes_the_post(
    server: DiscordServer, guild: Guild, anna: Person, tmp_path: Path
) -> None:
    forum = server.world.channel(guild, "ideas", type_=15)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        post = await anna.starts_thread(forum, "A trip to Rome")
        await anna.says(post, "In May?")
        await anna.mentions(post, "what do you think?")
        await anna.until(post, lambda seen: "completed" in str(seen))

        [run] = await bot.runs(post)
        assert "Anna: In May?" in [entry["content"] for entry in run.opening.history]


async def test_mention_alone_in_reply_to_a_message_is_about_that_message(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        question = await bo.says(general, "is 91 a prime?")
        root = await anna.replies(question, "@Threadfast")
        thread = await anna.thread_of(root)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        [run] = await bot.runs(thread)
        assert run.opening.text == "> Bo:\n> is 91 a prime?"


async def test_direct_messages_are_one_conversation(server: DiscordServer, anna: Person, tmp_path: Path) -> None:
    async with handled(tmp_path, server) as bot:
        await anna.writes_dm("hi")
        await anna.until(anna.dm, lambda seen: "hello" in str(seen))
        await anna.writes_dm("42")
        await anna.until(anna.dm, lambda seen: "you said 42" in str(seen))
        await anna.until(anna.dm, lambda seen: "completed" in str(seen))

        assert await bot.statuses(anna.dm) == [RunStatus.COMPLETED]


async def test_people_who_mention_each_other_are_left_alone(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.person("Bo")
    async with handled(tmp_path, server) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: "hello" in str(seen))
        await anna.says(thread, "@Bo what do you think?")
        await anna.says(thread, "thirty")
        seen = await anna.until(thread, lambda seen: "you said" in str(seen))

        assert "you said thirty" in str(seen)
        assert len(await bot.runs(thread)) == 1


async def test_reply_to_a_person_is_theirs_and_a_reply_to_an_agent_is_the_teams(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        seen = await anna.until(thread, lambda seen: "hello" in seen)
        agent = next(one for one in seen.messages if "hello" in one.text)
        await bot.until_asked(thread)
        asked = await bo.says(thread, "@Anna what do you think?")
        replied = await anna.says(thread, "no, between us", reply_to=asked, ping=False)
        await bot.until_handled(f"message:{asked.id}", f"message:{replied.id}")
        assert len(await bot.questions(thread)) == 1
        await anna.says(thread, "thirty", reply_to=agent, ping=False)

        await anna.until(thread, lambda seen: "you said thirty" in seen)


async def test_mute_silences_a_thread_until_the_next_mention(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: "completed" in str(seen))
        await anna.says(thread, "@Threadfast mute")
        await anna.until(thread, lambda seen: "only what names me" in str(seen))
        await anna.says(thread, "among us")
        await anna.mentions(thread, "back again")
        await anna.until(thread, lambda seen: "heard: back again" in str(seen))

        assert len(await bot.runs(thread)) == 2


async def test_stop_in_a_thread_stops_its_run(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=HOLDS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await bot.until(lambda: bot.teams.holding)
        await anna.says(thread, "@Threadfast stop")
        await anna.until(thread, lambda seen: "stopped by Anna" in str(seen))

        assert await bot.statuses(thread) == [RunStatus.CANCELLED]


async def test_stop_in_the_channel_stops_the_persons_runs_there(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=HOLDS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await bot.until(lambda: bot.teams.holding)
        await anna.mentions(general, "stop")
        await anna.until(general, lambda seen: "Runs stopped: 1." in str(seen))

        assert await bot.statuses(thread) == [RunStatus.CANCELLED]
        assert len(anna.threads(general)) == 1


@pytest.mark.parametrize("words", ["help", ""])
async def test_help_is_said_where_it_is_asked_and_opens_no_thread(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, words: str
) -> None:
    async with handled(tmp_path, server):
        await anna.mentions(general, words)
        await anna.until(general, lambda seen: "/status" in str(seen))

        assert anna.threads(general) == []


async def test_files_are_read_and_those_that_cannot_be_are_named(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.chat.files.attachments.MOST_BYTES", 100)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        files = [("a.txt", b"alpha"), ("shot.png", PICTURE), ("big.bin", b"\0" * 200)]
        root = await anna.mentions(general, "look", files=files)
        thread = await anna.thread_of(root)
        await anna.until(thread, lambda seen: "big.bin was not read: it is larger" in str(seen))

        [run] = await bot.runs(thread)
        read = [(one.name, one.media_type.split(";")[0], one.data) for one in run.opening.attachments]
        assert read == [("a.txt", "text/plain", b"alpha"), ("shot.png", "image/png", PICTURE)]


async def test_kept_message_that_is_edited_counts_as_it_stands_and_a_deleted_one_not_at_all(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    script: Script = [["hold"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
    async with handled(tmp_path, server, scripts={"greet": script}) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await bot.until(lambda: bot.teams.holding)
        draft, slip = await anna.says(thread, "drft"), await anna.says(thread, "slip")
        await bot.until_handled()
        await anna.edits(draft, "draft")
        await anna.deletes(slip)
        await bot.until_handled("edited", "deleted")
        bot.teams.release()

        seen = await anna.until(thread, lambda seen: "you said" in str(seen))
        assert "you said draft" in str(seen)
        assert "slip" not in str(seen).partition("you said")[2]


async def test_other_bots_are_heard_only_where_they_are_allowed(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    ci = server.world.user("CI", bot=True)
    allowed = DiscordSettings(
        token=server.token,
        api_url=server.api_url,
        gateway_url=server.gateway_url,
        allowed_bots=frozenset({str(ci.id)}),
    )
    mention = f"<@{server.app.user.id}>"
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        server.world.post(general, ci, f"{mention} the build broke")
        await anna.thread_of(await anna.mentions(general, "hi"))
        await bot.until_handled()
        assert len(anna.threads(general)) == 1
    async with handled(tmp_path, server, scripts=ECHO, settings=allowed) as bot:
        root = server.world.post(general, ci, f"{mention} the build broke again")
        thread = await anna.thread_of(root)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        [run] = await bot.runs(thread)
        assert (run.started_by.name, run.started_by.bot) == ("CI", True)


async def test_language_of_a_persons_commands_is_that_of_their_messages(
    server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    mei = server.person("Mei", locale="zh-CN")
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await (await mei.slash(general, "teams")).completed()
        thread = await mei.thread_of(await mei.mentions(general, "你好"))
        await mei.until(thread, lambda seen: "heard: 你好" in str(seen))

        [run] = await bot.runs(thread)
        assert run.language == "zh"
