"""The whole of it: the command as a process, beside a Slack and a model server that are processes too."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain import Json
from tests.integration.slack.command import Command, told
from tests.integration.slack.test_run_command import free_port
from tests.slack_server.remote import Control

pytestmark = pytest.mark.timeout(240)
SCRIPTS = "tests.integration.slack.scripts:SCRIPTS"
TEAM = """\
name: reviewed
kind: two_agent
agents:
  coder:
    instructions: Write a Python program.
    model: code
  reviewer:
    human: true
    human_input_mode: ALWAYS
    code: true
code:
  approval: always
may_answer: [{anna}]
"""
SECONDS = 60.0


@asynccontextmanager
async def process(*command: str) -> AsyncIterator[str]:
    """Run a server of the tests and give the first line that it prints."""
    running = await create_subprocess_exec(sys.executable, "-m", *command, stdout=PIPE)
    assert running.stdout is not None
    try:
        yield (await running.stdout.readline()).decode().strip()
    finally:
        running.terminate()
        await running.wait()


class Scene:
    """Anna, a stranger, a channel, and what they see."""

    def __init__(self, slack: Control, root: str = "") -> None:
        self.slack = slack
        self.root = root

    async def messages(self) -> list[Json]:
        """Return the thread's messages."""
        return list((await self.slack.get("thread", channel="general", ts=self.root))["messages"])

    async def until(self, seen: Callable[[list[Json]], Any]) -> list[Json]:
        """Wait until the thread shows something, and return it."""
        end = asyncio.get_running_loop().time() + SECONDS
        while not seen(found := await self.messages()):
            if asyncio.get_running_loop().time() > end:
                transcript = (await self.slack.get("thread", channel="general", ts=self.root))["transcript"]
                raise AssertionError(f"not seen within {SECONDS} s:\n{transcript}")
            await asyncio.sleep(0.05)
        return found

    async def button(self, label: str) -> str:
        """Wait for a button and return the `ts` of its message."""
        found = await self.until(lambda seen: any(label in one["buttons"] for one in seen))
        return str(next(one["ts"] for one in found[::-1] if label in one["buttons"]))

    async def clicks(self, person: str, ts: str, button: str, **how: Any) -> None:
        """Press a button."""
        await self.slack.do("clicks", person=person, channel="general", ts=ts, button=button, **how)

    async def alone(self, person: str) -> str:
        """Wait for what only this person sees, and return it."""
        while not (found := (await self.slack.get("person", person=person))["ephemerals"]):  # noqa: ASYNC110 - another process shows it
            await asyncio.sleep(0.05)
        return str(found[-1]["text"])


async def settings_of(slack: Control, model_port: str, home: Path) -> dict[str, str]:
    info = await slack.get("info")
    anna = await slack.do("person", person="Anna")
    await slack.do("person", person="Stranger")
    await slack.do("channel", channel="general")
    (home / "teams").mkdir()
    (home / "teams" / "reviewed.yaml").write_text(TEAM.format(anna=anna["id"]), "utf-8")
    async with aiohttp.ClientSession() as session:
        await session.post(f"http://127.0.0.1:{model_port}/_ctl", json={"token_delay": 0.04})
    return {
        "SLACK_API_URL": info["api_url"],
        "SLACK_BOT_TOKEN": info["workspaces"]["Acme"]["bot_token"],
        "SLACK_APP_TOKEN": info["app"]["app_token"],
        "SLACK_SIGNING_SECRET": info["app"]["signing_secret"],
        "OLLAMA_HOST": f"http://127.0.0.1:{model_port}",
        "THREADFAST_MODELS": '{"chat": "m", "code": "m"}',
        "THREADFAST_TEAM": "reviewed",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How the bot is reached."""

    arguments: tuple[str, ...]
    url: str = ""
    """Where signed requests go; empty: over sockets."""


@asynccontextmanager
async def bot(command: Command, slack: Control, mode: Mode) -> AsyncIterator[None]:
    """Run the bot until the end of the block, then kill it."""
    process = await command.start(*mode.arguments)
    try:
        await told(process, "Slack: ")
        await slack.do("mode", **({"url": mode.url} if mode.url else {}))
        while not (mode.url or (await slack.get("info"))["sockets"]):  # noqa: ASYNC110 - another process connects
            await asyncio.sleep(0.05)
        yield
    finally:
        process.kill()
        await process.communicate()


async def previews(slack: Control) -> list[Json]:
    """Return the requests that showed what an agent was saying while it said it."""
    requests = (await slack.get("log"))["requests"]
    shown = [one for one in requests if one["method"] in ("chat.postMessage", "chat.update")]
    return [one for one in shown if (one["args"].get("metadata") or {}).get("event_type") == "threadfast_preview"]


@pytest.mark.parametrize("way", ["sockets", "requests"])
async def test_conversation_survives_a_kill_while_it_waits_for_an_approval(way: str, tmp_path: Path) -> None:
    port = free_port()
    signed = Mode(arguments=("run", "--http", str(port)), url=f"http://127.0.0.1:{port}/slack/events")
    mode = signed if way == "requests" else Mode(arguments=("run",))
    async with (
        process("tests.slack_server") as url,
        process("tests.model_server", "--scripts", SCRIPTS) as model_port,
    ):
        scene = Scene(Control(url))
        command = Command(tmp_path, await settings_of(scene.slack, model_port, tmp_path))

        async with bot(command, scene.slack, mode):
            await talk_until_approval(scene)
            card = await scene.button("Approve")
            await scene.clicks("Stranger", card, "Approve")
            refused = await scene.alone("Stranger")
        async with bot(command, scene.slack, mode):
            await scene.clicks("Anna", card, "Approve")
            await scene.clicks("Anna", card, "Approve", stale=True)
            late = await scene.alone("Anna")
            await scene.until(lambda seen: any("has run and printed" in one["text"] for one in seen))
            await scene.clicks("Anna", await scene.button("End this chat"), "End this chat")
            seen = await scene.until(lambda seen: any("completed" in one["text"] for one in seen))

        check(seen)
        assert "somebody else" in refused
        assert "closed already" in late
        assert await previews(scene.slack)
        keep(way, await scene.slack.get("thread", channel="general", ts=scene.root))


async def talk_until_approval(scene: Scene) -> None:
    """Mention the bot, answer in the thread, and let the code be run."""
    asked = await scene.slack.do("says", person="Anna", channel="general", text="@Threadfast print some primes")
    scene.root = asked["ts"]
    await scene.button("End this chat")
    await scene.slack.do("says", person="Anna", channel="general", text="up to 30", thread=scene.root)
    await scene.clicks("Anna", await scene.button("Run the code"), "Run the code")


def check(seen: list[Json]) -> None:
    """Compare what a person sees of the thread in the end."""
    authors = [one["author"] for one in seen]
    texts = [one["text"] for one in seen]
    assert authors[:2] == ["Anna", "coder"]
    assert authors.count("coder") == 3
    assert sum("2 3 5 7 11 13 17 19 23 29" in text for text in texts) == 1
    assert sum("Approved by Anna" in text for text in texts) == 1
    assert [button for one in seen for button in one["buttons"]] == []
    assert "completed" in texts[-1]
    assert not any(one["pings"] or one["links"] for one in seen)


def keep(mode: str, thread: Json) -> None:
    """Keep the transcript where the environment says, for whoever wants to read it."""
    folder = os.environ.get("KEEP_TRANSCRIPTS")
    if folder:
        Path(folder, f"slack-{mode}.txt").write_text(thread["transcript"], "utf-8")
