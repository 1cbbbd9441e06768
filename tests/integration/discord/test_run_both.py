"""`threadfast run` with Slack and Discord set up: one process serves both."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.stage import settings_of
from tests.processes import Command, ended, model_server, settings_for, told
from tests.slack_server import SlackServer

SCRIPTS = "tests.integration.terminal.scripts:SCRIPTS"
SAID = "Day 1: Harbin."
"""What the model says first, whoever asks."""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as made:
        yield made


@pytest.fixture
async def command(server: DiscordServer, slack: SlackServer, tmp_path: Path) -> AsyncIterator[Command]:
    of_slack = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.workspace("Acme").bot.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
    }
    async with model_server(SCRIPTS) as model:
        yield Command(tmp_path, settings_of(server) | of_slack | settings_for(model))


async def talked_in_slack(slack: SlackServer) -> None:
    """Return once somebody in Slack was answered."""
    workspace = slack.workspace("Acme")
    channel = workspace.channel("general")
    root = await workspace.person("Bo").says(channel, "@Threadfast hello")
    await channel.until(lambda thread: SAID in thread, thread=root, seconds=30)


async def talked_in_discord(anna: Person, general: Channel) -> None:
    thread = await anna.thread_of(await anna.mentions(general, "hello"))
    await anna.until(thread, lambda seen: SAID in seen, 30)


async def test_both_have_their_conversations_in_one_process(
    command: Command, slack: SlackServer, anna: Person, general: Channel
) -> None:
    process = await command.start("run")
    lines = [await told(process, ": ") for _ in range(2)]
    await talked_in_slack(slack)
    await talked_in_discord(anna, general)
    process.send_signal(signal.SIGTERM)
    done = await ended(process)

    assert sorted(line.split(":")[0] for line in lines) == ["Discord", "Slack"]
    assert done.status == 0
    assert "Traceback" not in done.err


@pytest.mark.parametrize(("code", "sentence"), [(4004, "Discord refuses DISCORD_TOKEN"), (4014, "Message Content")])
async def test_slack_goes_on_when_discord_refuses_the_bot_later(
    code: int, sentence: str, command: Command, server: DiscordServer, slack: SlackServer, general: Channel
) -> None:
    process = await command.start("run")
    for _ in range(2):
        await told(process, ": ")
    server.gateway.close(code)
    line = await told(process, "No longer connected")
    await talked_in_slack(slack)
    process.send_signal(signal.SIGTERM)
    done = await ended(process)

    assert line.startswith("No longer connected to Discord")
    assert sentence in line
    assert done.status == 0
    assert "Traceback" not in done.err


async def test_discord_alone_that_refuses_the_bot_later_ends_the_process_with_what_to_do(
    command: Command, server: DiscordServer, general: Channel
) -> None:
    for name in [name for name in command.settings if name.startswith("SLACK_")]:
        del command.settings[name]
    process = await command.start("run")
    await told(process, "Discord: connected")
    server.gateway.close(4004)
    done = await ended(process)

    assert done.status == 1
    assert "Discord refuses DISCORD_TOKEN" in done.err
    assert "No longer connected" not in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("DISCORD_TOKEN", "other", "Discord refuses DISCORD_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxb-nobody", "SLACK_BOT_TOKEN"),
        ("SLACK_APP_TOKEN", "xapp-nobody", "SLACK_APP_TOKEN"),
    ],
)
async def test_either_that_refuses_its_token_at_the_start_ends_the_process_with_what_to_do(
    setting: str, value: str, sentence: str, command: Command, general: Channel
) -> None:
    command.settings[setting] = value

    done = await command.run("run")

    assert done.status == 1
    assert sentence in done.err
    assert "No longer connected" not in done.err
    assert "Traceback" not in done.err
