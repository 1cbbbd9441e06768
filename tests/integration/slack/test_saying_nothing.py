"""Messages without anything to read, where an empty answer would let code run; and cards of runs that are over."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.chat.files import attachments
from bot.domain import RunStatus
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

RUNS: dict[str, Script] = {"greet": [["ask", "you", "code"], ["say", "ada", "went on {answer}."]]}


async def test_file_that_could_not_be_read_lets_no_code_run_and_the_button_does(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=RUNS) as bot:
        root = await anna.says(general, "@Threadfast go")
        card = (await general.until(lambda thread: "Run the code" in thread.buttons, thread=root)).last
        await anna.says(general, "", thread=root, files=[("big.bin", b"x" * 1001)])
        seen = await general.until(lambda thread: "answers nothing" in thread, thread=root)
        await slack.until(lambda: anna.sees)

        assert "went on" not in seen
        assert "big.bin was not read" in anna.sees[0].text
        assert await bot.statuses(workspace, root) == [RunStatus.INPUT_REQUIRED]

        await anna.clicks(card, "Run the code")
        await general.until(lambda thread: "went on" in thread, thread=root)


async def test_stop_of_an_old_card_stops_no_newer_run(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=RUNS) as bot:
        root = await anna.says(general, "@Threadfast go")
        card = (await general.until(lambda thread: "Run the code" in thread.buttons, thread=root)).last
        await anna.says(general, "first", thread=root)
        await general.until(lambda thread: "completed" in thread, thread=root)
        await anna.says(general, "again", thread=root)
        await bot.until_handled()
        await anna.clicks(card, "Stop the run", stale=True)
        await slack.until(lambda: any("is over" in shown.text for shown in anna.sees))

        assert RunStatus.CANCELLED not in await bot.statuses(workspace, root)
