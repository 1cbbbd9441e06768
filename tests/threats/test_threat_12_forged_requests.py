"""HTTP mode: only what Slack signed, now, is taken, and once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.slack.settings import SlackSettings
from bot import ports
from bot.domain import Delivery
from bot.errors import SettingsError
from tests.between import Between
from tests.integration.chat.rig import unhandled
from tests.integration.slack.rig import Bot, running
from tests.processes import free_port
from tests.scripted import Script
from tests.slack_server import HttpMode, SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]


@asynccontextmanager
async def listening(
    path: Path,
    slack: SlackServer,
    change: Callable[[SlackSettings], SlackSettings] = replace,
    between: Callable[[ports.Inbox], ports.Inbox] = lambda inbox: inbox,
) -> AsyncIterator[tuple[Bot, HttpMode]]:
    """Run a bot in HTTP mode, to which Slack sends signed requests."""
    port = free_port()

    def settings(given: SlackSettings) -> SlackSettings:
        return change(replace(given, app_token="", http=("127.0.0.1", port)))

    mode = slack.http_mode(f"http://127.0.0.1:{port}/slack/events")
    workspace = slack.workspace()
    async with running(path, slack, workspace, scripts={"greet": ECHO}, settings=settings, between=between) as bot:
        yield bot, mode


async def test_signed_request_is_taken_and_answered(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with listening(tmp_path, slack) as (_, mode):
        assert await mode.verifies()
        root = await anna.says(general, "@Threadfast hi")
        await anna.commands(general, "/threadfast help")
        await slack.until(lambda: anna.sees)

        assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)
        assert slack.sockets.connections == 0


@pytest.mark.parametrize("signature", ["wrong", "old", "missing"])
async def test_request_that_slack_did_not_sign_now_is_refused(
    slack: SlackServer, tmp_path: Path, signature: str
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.knobs.retries = ()

    async with listening(tmp_path, slack) as (bot, mode):
        mode.signature = signature
        await anna.says(general, "@Threadfast hi")
        await slack.settled()

        assert {reply.status for reply in mode.replies} == {401}
        assert await bot.all_runs() == []
        assert unhandled(tmp_path) == []


def body(team: str) -> str:
    event = {"type": "app_uninstalled"}
    return json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": team, "event": event})


async def sent(mode: HttpMode, text: str, headers: Any) -> int:
    async with aiohttp.ClientSession() as session:
        async with session.post(mode.url, data=text, headers=headers) as answer:
            return answer.status


@pytest.mark.parametrize("change", ["body", "time", "twice", "words", "far"])
async def test_headers_must_fit_the_body_exactly(slack: SlackServer, tmp_path: Path, change: str) -> None:
    async with listening(tmp_path, slack) as (_, mode):
        text = body(slack.workspace().id)
        signed = list(mode.signed(text).items())
        moment = dict(signed)["X-Slack-Request-Timestamp"]
        changed = {
            "body": (text.replace("Ev1", "Ev2"), signed),
            "time": (text, [("X-Slack-Request-Timestamp", str(int(moment) - 1)), signed[1]]),
            "twice": (text, [*signed, signed[1]]),
            "words": (text, [("X-Slack-Request-Timestamp", "now"), signed[1]]),
            "far": (text, [("X-Slack-Request-Timestamp", str(int(time.time()) + 400)), signed[1]]),
        }

        assert await sent(mode, *changed[change]) == 401


async def test_request_that_is_replayed_is_answered_and_does_nothing(slack: SlackServer, tmp_path: Path) -> None:
    received: list[Delivery] = []

    class Counting(Between):
        async def receive(self, delivery: Delivery) -> bool:
            received.append(delivery)
            return await super().receive(delivery)

    async with listening(tmp_path, slack, between=Counting) as (_, mode):
        text = body(slack.workspace().id)
        signed = mode.signed(text)
        statuses = [await sent(mode, text, signed) for _ in range(3)]

        assert statuses == [200, 200, 200]
        assert len(received) == 1


async def test_body_that_is_no_text_is_refused(slack: SlackServer, tmp_path: Path) -> None:
    async with listening(tmp_path, slack) as (_, mode):
        async with aiohttp.ClientSession() as session:
            async with session.post(mode.url, data=b"\xff\xfe", headers=mode.signed("x")) as answer:
                assert answer.status == 401
            async with session.get(mode.url) as answer:
                assert answer.status == 405


async def test_many_events_at_once_are_all_taken(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with listening(tmp_path, slack) as (bot, _):
        async with asyncio.TaskGroup() as group:
            for number in range(30):
                channel = workspace.channel(f"c{number}")
                group.create_task(anna.says(channel, f"@Threadfast {number}"))
        await slack.settled()
        await bot.until_handled()

        assert len(await bot.all_runs()) == 30


async def test_http_mode_without_a_secret_does_not_begin(slack: SlackServer, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
        async with listening(tmp_path, slack, lambda given: replace(given, signing_secret=" ")):
            pass
