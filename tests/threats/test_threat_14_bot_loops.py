"""Other bots: ignored, or listened to within bounds, so that no two of them talk for ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.chat.rig import CODE
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
SCRIPTS: dict[str, Script] = {"greet": ECHO}


async def test_other_bots_are_ignored_unless_they_are_allowed(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    good, bad = workspace.other_bot("Good"), workspace.other_bot("Bad")
    general = workspace.channel("general")
    general.members |= {good.id, bad.id}

    def allowing(settings: Any) -> Any:
        return replace(settings, allowed_bots=frozenset({good.id}))

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, settings=allowing) as bot:
        await bad.says(general, "@Threadfast from bad")
        root = await good.says(general, "@Threadfast from good")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await bot.until_handled()

        assert [run.opening.text for run in await bot.all_runs()] == ["from good"]


async def test_loop_of_two_bots_ends_and_is_told_once(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    parrot, general = workspace.other_bot("Parrot"), workspace.channel("general")
    general.members |= {parrot.id}

    def allowing(settings: Any) -> Any:
        return replace(settings, allowed_bots=frozenset({parrot.id}))

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, settings=allowing) as bot:
        for number in range(25):
            await parrot.says(general, f"@Threadfast {number}")
        await slack.settled()
        await bot.until_handled()

        assert len(await bot.all_runs()) == 20
        told = [text for text in general.thread().texts if "is not listened to" in text]
        assert len(told) == 1


@pytest.mark.parametrize("words", ["approve", "@Threadfast approve", "exit", "other code, please"])
async def test_allowed_bot_does_not_decide_what_runs_and_a_person_still_can(
    slack: SlackServer, tmp_path: Path, words: str
) -> None:
    workspace = slack.workspace()
    anna, robot, general = workspace.person("Anna"), workspace.other_bot("CI"), workspace.channel("general")
    general.members |= {robot.id}

    def allowing(settings: Any) -> Any:
        return replace(settings, allowed_bots=frozenset({robot.id}))

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}, settings=allowing) as bot:
        root = await anna.says(general, "@Threadfast hi")
        card = await general.until(lambda thread: "Approve" in str(thread), thread=root)
        await robot.says(general, words, thread=root)
        told = await general.until(lambda thread: "Only a person decides this" in thread, thread=root)

        assert await bot.statuses(workspace, root) == ["input_required"]
        assert "Approved by" not in str(told)
        await anna.clicks(card.last, "Approve")
        await general.until(lambda thread: "Approved by Anna" in thread, thread=root)
