"""Who may not start, decide or stop something on Discord: nothing happens, and they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.integration.chat.noted import conversations, refusals
from tests.integration.chat.rig import CODE
from tests.integration.discord.handled import handled
from tests.integration.discord.test_commands import told
from tests.integration.discord.test_interactions import forged
from tests.scripted import Script

SCRIPTS: dict[str, Script] = {"greet": CODE}
REFUSED = "You may not start a run here"


@pytest.fixture
def gus(server: DiscordServer, guild: Guild) -> Person:
    gus = server.person("Gus")
    guild.members[gus.user.id].guest = True
    return gus


async def test_guests_mentions_open_no_thread_and_are_answered_once(
    gus: Person, anna: Person, server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=SCRIPTS) as bot:
        for number in range(5):
            await gus.mentions(general, f"hi {number}", files=[("note.txt", b"words")])
        await gus.until(general, lambda seen: REFUSED in str(seen))
        await bot.until_handled("message")

        shown = [one.text for one in anna.sees(general).messages if one.app]
        assert [REFUSED in text and "Gus" in text for text in shown] == [True]
    assert "attachment" not in {request.name for request in server.requests}
    assert (anna.threads(general), conversations(tmp_path)) == ([], 0)
    assert refusals(tmp_path) == [("start", "permissions")]


async def test_guests_command_stands_nowhere_and_they_alone_are_told(
    gus: Person, anna: Person, server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=SCRIPTS):
        answers = [await told(await gus.slash(general, "ask", prompt="buy now")) for _ in range(2)]

    assert all(REFUSED in answer for answer in answers)
    assert (anna.threads(general), anna.sees(general).messages, conversations(tmp_path)) == ([], [], 0)
    assert refusals(tmp_path) == [("start", "permissions")]


async def test_who_is_kept_out_of_direct_messages_is_told_there_and_nothing_is_kept_of_it(
    anna: Person, server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    rules = Permissions([Rule(workspace="dm", start=("nobody",))])
    async with handled(tmp_path, server, scripts=SCRIPTS, permissions=rules) as bot:
        said = await anna.writes_dm("hi")
        await anna.until(server.world.channels[said.channel_id], lambda seen: REFUSED in str(seen))
        await bot.until_handled("message")

    assert conversations(tmp_path) == 0
    assert refusals(tmp_path) == [("start", "permissions")]


async def test_guest_has_no_team_run_on_a_message(
    gus: Person, anna: Person, server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=SCRIPTS):
        message = await anna.says(general, "is 91 a prime?", files=[("a.txt", b"alpha")])
        opened = await (await gus.menu(message, "Run a team on this")).answered()
        outcome = await gus.fills(opened.modal, team="greet", instructions="answer it")

        assert REFUSED in await told(outcome)
    assert (anna.threads(general), conversations(tmp_path)) == ([], 0)
    assert {"attachment", "get_message"}.isdisjoint({request.name for request in server.requests})


async def test_files_of_who_may_not_answer_are_not_fetched(
    gus: Person, anna: Person, server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts={"greet": [["ask", "you"]]}) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: "you?" in str(seen) or len(seen.messages) > 1)
        await gus.mentions(thread, "look", files=[("note.txt", b"words")])
        await gus.until(thread, lambda seen: "You may not answer here" in str(seen))

        assert len(await bot.questions(thread)) == 1
    assert "attachment" not in {request.name for request in server.requests}


async def test_what_is_refused_before_the_inbox_is_noted_once(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=SCRIPTS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        seen = await anna.until(thread, lambda seen: "Approve" in seen.buttons)
        card = next(one for one in seen.messages if "Approve" in one.buttons)
        for button in ("Reject", "Reject", "Edit", "Approve"):
            await told(await bo.presses(card, button))
        copy = await forged(bot, server, thread, await anna.starts_thread(general, "elsewhere"))
        for _ in range(2):
            await (await bo.presses(copy, "Approve")).until(lambda one: "not about what waits now" in one.text)
        await told(await bo.slash(general, "default", team="greet"))

    assert refusals(tmp_path) == [
        ("approve", "permissions"),
        ("approve", "stale"),
        ("default", "platform"),
    ]


@pytest.mark.parametrize("button", ["Approve", "Reject", "Edit"])
async def test_who_may_not_decide_is_told_alone_and_no_form_opens_for_them(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, button: str
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=SCRIPTS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        seen = await anna.until(thread, lambda seen: "Approve" in seen.buttons)
        card = next(one for one in seen.messages if "Approve" in one.buttons)
        refused = await bo.presses(card, button)

        assert (await told(refused)).endswith("You may not decide this. Who may: who started the run.")
        assert len(await bot.questions(thread)) == 1


async def test_who_may_not_stop_or_mute_is_told_why(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    rules = Permissions([Rule(stop=("starter",))])
    async with handled(tmp_path, server, scripts=SCRIPTS, permissions=rules) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: "Approve" in seen.buttons)
        words = [await told(await bo.slash(thread, command)) for command in ("stop", "mute")]

        assert words == ["You may not stop a run or silence the bot here. Who may: who started the run."] * 2
        assert await bot.statuses(thread) == [RunStatus.INPUT_REQUIRED]
