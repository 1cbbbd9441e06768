"""Other bots: ignored, or listened to within bounds, so that no two of them talk for ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

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
