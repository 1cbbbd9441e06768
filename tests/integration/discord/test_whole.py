"""The whole bot in a wire-level Discord, as people see it."""

from __future__ import annotations

from pathlib import Path

from bot.domain import RunStatus
from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.rig import running


async def test_mention_makes_a_thread_in_which_a_reply_answers(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with running(tmp_path, server) as bot:
        asked = await anna.mentions(general, "plan a trip")
        thread = await anna.thread_of(asked)
        await bot.until_status(thread, RunStatus.INPUT_REQUIRED)
        await anna.says(thread, "to the sea")

        seen = await anna.until(thread, lambda seen: "you said to the sea" in seen)
        await bot.until_status(thread, RunStatus.COMPLETED)

        assert [author for author in seen.authors if author == "ada"] == ["ada", "ada"]
        assert thread.name == "plan a trip"
        assert [place.id for place in anna.threads(general)] == [thread.id]


async def test_question_that_is_asked_by_a_command_is_approved_by_a_button_after_a_restart(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with running(tmp_path, server) as bot:
        outcome = await anna.slash(general, "ask", prompt="count to three", team="coder")
        await bot.until(lambda: anna.threads(general))
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "Approve" in seen.buttons)
        assert (outcome.kind, outcome.ephemeral) == ("deferred", False)
        assert "count to three" in outcome.text

    async with running(tmp_path, server) as bot:
        card = next(shown for shown in anna.sees(thread) if "Approve" in shown.buttons)
        pressed = await anna.presses(card, "Approve")
        await anna.until(thread, lambda seen: "done" in seen)
        await bot.until_status(thread, RunStatus.COMPLETED)

        assert pressed.kind == "deferred_update"
        assert anna.sees(thread).buttons == []


async def test_message_that_was_written_while_the_bot_was_down_is_answered(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with running(tmp_path, server) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "plan a trip"))
        await bot.until_status(thread, RunStatus.INPUT_REQUIRED)
    await anna.says(thread, "to the sea")
    second = await anna.mentions(general, "another one")

    async with running(tmp_path, server) as bot:
        await anna.until(thread, lambda seen: "you said to the sea" in seen)
        await bot.until_status(await anna.thread_of(second), RunStatus.INPUT_REQUIRED)

        assert anna.transcript(general).count("ada [app]:") == 3


async def test_direct_messages_are_a_thread(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with running(tmp_path, server) as bot:
        await anna.writes_dm("plan a trip")
        await anna.until(anna.dm, lambda seen: "hello" in seen)
        await anna.writes_dm("to the sea")
        await anna.until(anna.dm, lambda seen: "you said to the sea" in seen)
        await bot.until_status(anna.dm, RunStatus.COMPLETED)


async def test_talk_of_people_in_the_channel_is_left_alone(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with running(tmp_path, server) as bot:
        await anna.says(general, "lunch?")
        await anna.thread_of(await anna.mentions(general, "plan a trip"))
        await bot.until_handled()

        assert [shown.app for shown in anna.sees(general)] == [False, False]


async def test_what_was_received_before_a_crash_is_worked_on_after_it(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    server.fault("status", route="create_thread_from_message", status=503, times=None)
    async with running(tmp_path, server) as bot:
        asked = await anna.mentions(general, "plan a trip")
        await server.until(lambda: [one for one in server.requests if one.path.endswith("/threads")])
        assert anna.threads(general) == []
    server.faults.clear()

    async with running(tmp_path, server) as bot:
        thread = await anna.thread_of(asked)
        await bot.until_status(thread, RunStatus.INPUT_REQUIRED)

        await anna.until(thread, lambda seen: "ada" in seen.authors)
        assert anna.sees(thread).authors.count("ada") == 1
