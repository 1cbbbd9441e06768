"""A token of the settings that Slack refuses for a while."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.slack.connecting.installations import REFUSED_FOR
from tests.integration.slack.rig import QuickClock, running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]


async def test_revoked_token_works_again_without_a_restart_once_slack_takes_it_again(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace, clock = slack.workspace(), QuickClock()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}, clock=clock) as bot:
        workspace.revoke_token()
        await slack.settled()
        lost = await anna.says(general, "@Threadfast one")
        await slack.settled()
        await bot.until_handled()
        workspace.bot.revoked = False
        await clock.sleep(REFUSED_FOR.total_seconds())
        root = await anna.says(general, "@Threadfast two")
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert "heard: two" in thread
        assert len(general.thread(lost)) == 1


async def test_revoked_token_is_not_asked_about_for_every_message(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        workspace.revoke_token()
        await slack.settled()
        await bot.until_handled()
        before = len(slack.requests)
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(anna.says(general, f"@Threadfast {number}"))
        await slack.settled()
        await bot.until_handled()

        assert [request.method for request in slack.requests[before:]] == ["auth.test"]
