"""Messages without anything to read, where an empty answer would let code run; and cards of runs that are over."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.chat.files import attachments
from adapters.chat.handling.about import Action
from adapters.discord.ids import custom_id
from bot.domain import RunStatus
from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.handled import Handled, handled
from tests.scripted import Script

RUNS: dict[str, Script] = {"greet": [["ask", "you", "code"], ["say", "ada", "went on {answer}."]]}


async def asked(bot: Handled, anna: Person, general: Channel) -> Channel:
    """Begin a run, and return its thread once the team asks something."""
    thread = await anna.thread_of(await anna.mentions(general, "go"))
    await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
    return thread


async def test_file_that_could_not_be_read_lets_no_code_run(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)
    async with handled(tmp_path, server, scripts=RUNS) as bot:
        thread = await asked(bot, anna, general)
        await anna.says(thread, "", files=[("big.bin", b"x" * 1001)])
        seen = await anna.until(thread, lambda seen: "was not read" in seen and "answers nothing" in seen)

        assert "went on" not in seen
        assert await bot.statuses(thread) == [RunStatus.INPUT_REQUIRED]


async def test_sticker_lets_no_code_run(server: DiscordServer, anna: Person, general: Channel, tmp_path: Path) -> None:
    async with handled(tmp_path, server, scripts=RUNS) as bot:
        thread = await asked(bot, anna, general)
        server.world.post(thread, anna.user, "")
        await anna.until(thread, lambda seen: "answers nothing" in seen)

        assert await bot.statuses(thread) == [RunStatus.INPUT_REQUIRED]


async def test_button_answers_with_nothing_on_purpose(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=RUNS) as bot:
        thread = await asked(bot, anna, general)
        card = next(one for one in anna.sees(thread).messages if one.buttons)
        await anna.presses(card, "Run the code")

        await anna.until(thread, lambda seen: "went on" in seen)


async def test_stop_of_an_old_card_stops_no_newer_run(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=RUNS) as bot:
        thread = await asked(bot, anna, general)
        card = next(one for one in anna.sees(thread).messages if one.buttons)
        [request] = await bot.questions(thread)
        await anna.says(thread, "first")
        await anna.until(thread, lambda seen: "completed" in str(seen))
        await anna.says(thread, "again")
        await bot.until_handled()
        pressed = await anna.presses(card, custom_id(request, Action.STOP), stale=True)
        await pressed.until(lambda one: "is over" in one.text)

        assert RunStatus.CANCELLED not in await bot.statuses(thread)
