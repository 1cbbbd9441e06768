"""Connections in Socket Mode: shared, renewed, and never silently dead."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.slack.connecting import sockets
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
SCRIPTS: dict[str, Script] = {"greet": ECHO}


async def test_two_sockets_share_the_deliveries(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    def two(settings: Any) -> Any:
        return replace(settings, sockets=2)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, settings=two):
        await slack.sockets.until(2)
        for channel in [workspace.channel(f"c{n}") for n in range(8)]:
            root = await anna.says(channel, "@Threadfast hi")
            await channel.until(lambda thread: "completed" in thread, thread=root)

        assert all(socket.acknowledged for socket in slack.sockets.open)


async def test_cut_connection_is_made_anew(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        await slack.sockets.disconnect()
        await slack.until(lambda: slack.sockets.connections == 2)
        root = await anna.says(general, "@Threadfast hi")

        await general.until(lambda thread: "completed" in thread, thread=root)


async def test_half_open_connection_is_noticed_and_made_anew(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.3)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        slack.sockets.half_open()
        await slack.until(lambda: slack.sockets.connections == 2, seconds=20)
        root = await anna.says(general, "@Threadfast hi")

        await general.until(lambda thread: "completed" in thread, thread=root)


async def test_silence_is_logged_and_the_connection_forced_anew(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    monkeypatch.setattr(sockets, "PING_SECONDS", 60.0)
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "SILENCE_SECONDS", 0.2)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        with capture_logs() as logs:
            slack.sockets.cut()
            await slack.until(lambda: slack.sockets.connections == 2, seconds=20)

        assert "slack.socket_silent" in {entry["event"] for entry in logs}


async def test_leaving_does_not_wait_for_a_silent_other_end(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LEAVE_SECONDS", 0.1)

    async with running(tmp_path, slack, slack.workspace(), scripts=SCRIPTS):
        slack.sockets.half_open()

    assert slack.sockets.connections == 1


async def test_connection_that_is_refused_is_asked_for_again(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.05)
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="apps.connections.open", code="internal_error", times=2)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        root = await anna.says(general, "@Threadfast hi")

        await general.until(lambda thread: "completed" in thread, thread=root)


async def test_address_that_was_tried_in_vain_is_not_tried_again(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.05)
    slack.sockets.refuse = True

    async def relent() -> None:
        await slack.until(lambda: slack.sockets.refused)
        slack.sockets.refuse = False

    async with asyncio.TaskGroup() as group:
        group.create_task(relent())
        async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
            root = await anna.says(general, "@Threadfast hi")

            await general.until(lambda thread: "completed" in thread, thread=root)
    assert len(slack.calls("apps.connections.open")) == slack.sockets.refused + 1


async def test_reconnection_that_is_refused_at_first_is_tried_with_a_new_address(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.05)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        slack.sockets.refuse = True
        slack.sockets.cut()
        await slack.until(lambda: slack.sockets.refused)
        slack.sockets.refuse = False
        await slack.sockets.until(1)
        root = await anna.says(general, "@Threadfast hi")

        await general.until(lambda thread: "completed" in thread, thread=root)


async def test_address_where_nobody_answers_is_given_up(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "OPEN_SECONDS", 0.2)
    slack.sockets.mute = 1

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        assert slack.sockets.connections == 1
        assert len(slack.calls("apps.connections.open")) == 2
