"""Who may not start, decide or stop something on Discord: nothing happens, and they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.integration.chat.rig import CODE
from tests.integration.discord.handled import handled
from tests.integration.discord.test_commands import told
from tests.scripted import Script

SCRIPTS: dict[str, Script] = {"greet": CODE}


async def test_guest_starts_nothing_and_is_told_in_the_thread(
    server: DiscordServer, guild: Guild, general: Channel, tmp_path: Path
) -> None:
    gus = server.person("Gus")
    guild.members[gus.user.id].guest = True
    async with handled(tmp_path, server, scripts=SCRIPTS) as bot:
        thread = await gus.thread_of(await gus.mentions(general, "hi"))
        await gus.until(thread, lambda seen: "You may not start a run here" in str(seen))

        assert await bot.runs(thread) == []


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
