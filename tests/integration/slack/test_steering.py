"""Stop and mute: at once, whatever a thread's messages wait for, and still in the order in which people said it."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.chat.handling import worker
from bot.domain import RunStatus
from tests.integration.chat.rig import GREET
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

HOLDS: Script = [["hold"], ["say", "ada", "heard: {text}"]]
SLOW = 60.0


@pytest.mark.parametrize("word", ["@Threadfast stop", "the button"])
async def test_stop_does_not_wait_for_downloads_and_what_was_said_before_it_begins_nothing(
    slack: SlackServer, tmp_path: Path, word: str
) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with running(tmp_path, slack, workspace, scripts={"greet": HOLDS}) as bot:
        root = await anna.says(anna.dm, "hi")
        await slack.until(lambda: bot.teams.holding)
        slack.fault("latency", method="download", seconds=1)
        await anna.says(anna.dm, "see", thread=root, files=[("a.txt", b"a")])
        await slack.until(lambda: slack.calls("download"))
        await (anna.stops_session(root) if word == "the button" else anna.says(anna.dm, "stop", thread=root))
        await anna.dm.until(lambda thread: "stopped by Anna" in thread, thread=root)
        assert await bot.statuses(workspace, root) == [RunStatus.CANCELLED]
        await slack.settled()
        await bot.until_handled()

        assert await bot.statuses(workspace, root) == [RunStatus.CANCELLED]


async def test_stop_comes_before_an_endless_download(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": HOLDS}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await slack.until(lambda: bot.teams.holding)
        slack.fault("latency", method="download", seconds=SLOW, times=None)
        await anna.says(general, "see", thread=root, files=[("a.txt", b"a")])
        await anna.says(general, "@Threadfast stop", thread=root)

        await general.until(lambda thread: "stopped by Anna" in thread, thread=root)


async def test_stop_that_came_before_the_end_of_a_process_holds_in_the_next(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with running(tmp_path, slack, workspace, scripts={"greet": HOLDS}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await slack.until(lambda: bot.teams.holding)
        slack.fault("latency", method="download", seconds=SLOW)
        await anna.says(general, "see", thread=root, files=[("a.txt", b"a")])
        await slack.until(lambda: slack.calls("download"))
        await anna.says(general, "@Threadfast stop", thread=root)
        await general.until(lambda thread: "stopped by Anna" in thread, thread=root)

    async with running(tmp_path, slack, workspace, scripts={"greet": HOLDS}) as bot:
        await bot.until_handled()

        assert await bot.statuses(workspace, root) == [RunStatus.CANCELLED]


async def test_mute_does_not_wait_for_downloads_and_lasts_after_them(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": GREET}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        slack.fault("latency", method="download", seconds=1)
        await anna.says(general, "@Threadfast see", thread=root, files=[("a.txt", b"a")])
        await slack.until(lambda: slack.calls("download"))
        await anna.says(general, "@Threadfast mute", thread=root)
        await slack.until(lambda: anna.sees)
        assert len(await bot.questions(workspace, root)) == 1
        await general.until(lambda thread: "you said see" in thread, thread=root)
        await bot.until_handled()
        await anna.says(general, "nobody answers this", thread=root)
        await slack.settled()
        await bot.until_handled()

        assert await bot.statuses(workspace, root) == [RunStatus.COMPLETED]


async def test_downloads_leave_places_to_what_brings_no_files(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SIDE_BY_SIDE", 2)
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("latency", method="download", seconds=SLOW, times=None)

    async with running(tmp_path, slack, workspace, scripts={"greet": [["say", "ada", "heard: {text}"]]}):
        for _ in range(3):
            await anna.says(general, "@Threadfast see", files=[("a.txt", b"a")])
        await slack.until(lambda: slack.calls("download"))
        root = await anna.says(general, "@Threadfast hi")

        await general.until(lambda thread: "heard: hi" in thread, thread=root)
