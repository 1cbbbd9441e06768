"""The process is killed again and again while people write: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.integration.slack.conftest import SCRIPTS
from tests.processes import Command, model_server, settings_for, told
from tests.slack_server import Message, SlackServer

pytestmark = pytest.mark.timeout(240)
KILLS = 4
MENTIONS = 6


async def test_every_mention_is_answered_once_whenever_the_process_is_killed(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, chance = workspace.person("Anna"), random.Random(7)
    slack.knobs.ack_timeout, slack.knobs.retries = 1.0, (0.2,) * 300
    async with model_server(SCRIPTS) as model:
        command = Command(tmp_path, settings(slack) | settings_for(model), measured=False)
        roots: list[Message] = []
        for kill in range(KILLS + 1):
            bot = await command.start("run")
            try:
                await told(bot, "Slack: ")
                for number in range(MENTIONS if kill < KILLS else 0):
                    channel = workspace.channel(f"c{kill}-{number}")
                    roots.append(await anna.says(channel, "@Threadfast write something"))
                    await asyncio.sleep(chance.uniform(0, 0.1))
                if kill == KILLS:
                    await answered(slack, roots)
            finally:
                bot.kill()
                await bot.communicate()

    for root in roots:
        thread = workspace.channels[root.channel].thread(root)
        assert [shown.author for shown in thread] == ["Anna", "assistant", "Threadfast"], str(thread)


async def answered(slack: SlackServer, roots: list[Message]) -> None:
    """Wait until every thread shows its question."""
    for root in roots:
        channel = slack.workspace().channels[root.channel]
        await channel.until(lambda thread: "waits for your answer" in thread, thread=root, seconds=60)
    await slack.settled()


def settings(slack: SlackServer) -> dict[str, str]:
    return {
        # One person begins more than people do.
        "THREADFAST_BUDGETS": '{"person": null}',
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.workspace().bot.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
    }
