"""The whole of it: the command as a process, beside a Slack and a model server that are processes too."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import aiohttp
import pytest

from bot.domain import Json
from tests.integration.slack.command import Command
from tests.integration.slack.scene import Mode, Scene, bot, keep, process, settings_of
from tests.integration.slack.test_run_command import free_port
from tests.pictures.threads import FOLDER, later, picture, steady, words
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


async def prepared(slack: Control, model_port: str, home: Path) -> dict[str, str]:
    anna = await slack.do("person", person="Anna")
    await slack.do("person", person="Stranger")
    await slack.do("channel", channel="general")
    (home / "teams").mkdir()
    (home / "teams" / "reviewed.yaml").write_text(TEAM.format(anna=anna["id"]), "utf-8")
    async with aiohttp.ClientSession() as session:
        await session.post(f"http://127.0.0.1:{model_port}/_ctl", json={"token_delay": 0.04})
    model = {"OLLAMA_HOST": f"http://127.0.0.1:{model_port}", "THREADFAST_MODELS": '{"chat": "m", "code": "m"}'}
    return await settings_of(slack) | model | {"THREADFAST_TEAM": "reviewed"}


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
        command = Command(tmp_path, await prepared(scene.slack, model_port, tmp_path))

        async with bot(command, scene.slack, mode):
            await talk_until_approval(scene)
            card = await scene.button("Approve")
            await scene.clicks("Stranger", card, "Approve")
            refused, waiting = await scene.alone("Stranger"), await scene.messages()
            await keep(f"slack-{way}-waiting", scene)
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
        await keep(f"slack-{way}", scene)
        drawn = thread_picture(waiting, seen)
        kept = await asyncio.to_thread(kept_picture, drawn)
        assert words(drawn) == words(kept), "the documentation shows another thread; KEEP_PICTURES=1 draws it anew"


def thread_picture(waiting: list[Json], seen: list[Json]) -> str:
    """Draw the thread for the documentation: while it waits for an approval, and what came of that."""
    between = "Anna presses Approve, after a restart of the bot"
    return picture("#general", steady(later(waiting, between, seen)))


def kept_picture(made: str) -> str:
    """Return the documentation's picture, which is the one that was made where the environment asks for a new one."""
    kept = FOLDER / "slack-thread.svg"
    if os.environ.get("KEEP_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(made, "utf-8")
    return kept.read_text("utf-8")


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
