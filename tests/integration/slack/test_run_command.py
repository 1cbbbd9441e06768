from __future__ import annotations

import asyncio
import signal

import pytest
from aiohttp import ClientSession

from tests.processes import Command, ended, free_port, tell_model, told
from tests.slack_server import SlackServer


async def until_asked(command: Command) -> None:
    """Return once the model was asked."""
    async with ClientSession() as session:
        while True:
            async with session.get(f"{command.settings['OLLAMA_HOST']}/_log?full=1") as answer:
                if any(entry["path"] == "/api/chat" for entry in (await answer.json())["log"]):
                    return
            await asyncio.sleep(0.05)


async def test_mention_is_answered_over_sockets_and_sigterm_ends_in_order(command: Command, slack: SlackServer) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    process = await command.start("run")
    line = await told(process, "Slack: ")

    root = await anna.says(general, "@Threadfast hello")
    await general.until(lambda thread: len(thread) > 1, thread=root, seconds=30)
    process.send_signal(signal.SIGTERM)
    done = await ended(process)

    assert line == "Slack: Socket Mode, 1 connection.\n"
    assert (done.status, done.out) == (0, "")
    assert "Ending: what is under way comes to a recorded point first." in done.err
    assert "Traceback" not in done.err


async def test_run_that_is_under_way_at_the_end_goes_on_at_the_next_start(command: Command, slack: SlackServer) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    await tell_model(command.settings["OLLAMA_HOST"], delay=60)
    process = await command.start("run")
    await told(process, "Slack: ")
    root = await anna.says(general, "@Threadfast hello")
    await until_asked(command)
    process.send_signal(signal.SIGTERM)
    first = await ended(process)
    shown_before = len(general.thread(root))
    await tell_model(command.settings["OLLAMA_HOST"], delay=0)

    process = await command.start("run")
    await told(process, "Slack: ")
    thread = await general.until(lambda thread: len(thread) > 1, thread=root, seconds=30)
    process.send_signal(signal.SIGTERM)
    second = await ended(process)

    assert (first.status, second.status) == (0, 0)
    assert shown_before == 1
    assert sum("Day 1: Harbin." in shown.text for shown in thread) == 1
    assert "Traceback" not in first.err + second.err


async def test_signed_requests_are_taken_on_loopback_and_ctrl_c_ends_with_its_own_status(
    command: Command, slack: SlackServer
) -> None:
    command.settings |= {"SLACK_SIGNING_SECRET": slack.app.signing_secret}
    port = free_port()
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    process = await command.start("run", "--http", str(port))
    line = await told(process, "Slack: ")
    slack.http_mode(f"http://127.0.0.1:{port}/slack/events")

    root = await anna.says(general, "@Threadfast hello")
    await general.until(lambda thread: len(thread) > 1, thread=root, seconds=30)
    process.send_signal(signal.SIGINT)
    done = await ended(process)

    assert f"127.0.0.1:{port}" in line
    assert done.status == 130
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("missing", "arguments", "sentence"),
    [
        ("SLACK_APP_TOKEN", [], "SLACK_APP_TOKEN is missing, which Socket Mode needs"),
        ("SLACK_BOT_TOKEN", [], "SLACK_BOT_TOKEN is missing"),
        ("", ["--http", "3000"], "SLACK_SIGNING_SECRET is missing, which --http needs"),
    ],
)
async def test_missing_setting_is_named_before_anything_is_opened(
    command: Command, slack: SlackServer, missing: str, arguments: list[str], sentence: str
) -> None:
    command.settings.pop(missing, None)

    done = await command.run("run", *arguments)

    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(sentence)
    assert slack.requests == []
    assert not (command.home / "data").exists()


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_refused_token_ends_the_process_with_one_sentence(command: Command, variable: str) -> None:
    command.settings[variable] = f"{command.settings[variable][:5]}nobody"

    done = await command.run("run")

    assert (done.status, done.out) == (1, "")
    assert variable in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


async def test_port_that_is_taken_is_named(command: Command, slack: SlackServer) -> None:
    command.settings |= {"SLACK_SIGNING_SECRET": slack.app.signing_secret}

    done = await command.run("run", "--http", f"127.0.0.1:{slack.port}")

    assert done.status == 1
    assert f"--http 127.0.0.1:{slack.port}: nothing can listen there" in done.err


async def test_address_that_is_none_is_wrong_usage(command: Command) -> None:
    done = await command.run("run", "--http", "nowhere")

    assert done.status == 2
    assert "'nowhere' is not HOST:PORT" in done.err
