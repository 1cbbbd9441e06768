"""The whole of it: the command as a process, beside a Slack and a model server that are processes too."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain import Json
from tests.integration.reviewed import PRINTED, SCRIPTS_AT, TEAM, write_team
from tests.integration.slack.scene import Mode, Scene, bot, settings_of
from tests.pictures.kept import kept_picture, words
from tests.pictures.threads import later, picture, steady
from tests.processes import Command, free_port, keep, model_server, serving, settings_for, tell_model
from tests.wire.remote import Control

pytestmark = pytest.mark.timeout(240)


async def prepared(slack: Control, model: str, home: Path) -> dict[str, str]:
    anna = await slack.do("person", person="Anna")
    await slack.do("person", person="Stranger")
    await slack.do("channel", channel="general")
    write_team(home, person=anna["id"])
    await tell_model(model, token_delay=0.04)
    return await settings_of(slack) | settings_for(model) | {"THREADFAST_TEAM": TEAM}


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
        serving("tests.slack_server") as url,
        model_server(SCRIPTS_AT) as model,
    ):
        scene = Scene(Control(url))
        command = Command(tmp_path, await prepared(scene.slack, model, tmp_path))

        async with bot(command, scene.slack, mode):
            await talk_until_approval(scene)
            card = await scene.button("Approve")
            await scene.clicks("Stranger", card, "Approve")
            refused, waiting = await scene.alone("Stranger"), await scene.messages()
            await keep(f"slack-{way}-waiting", await scene.transcript())
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
        await keep(f"slack-{way}", await scene.transcript())
        drawn = thread_picture(waiting, seen)
        kept = await asyncio.to_thread(kept_picture, "slack-thread", drawn)
        assert words(drawn) == words(kept), "the documentation shows another thread; KEEP_PICTURES=1 draws it anew"


def thread_picture(waiting: list[Json], seen: list[Json]) -> str:
    """Draw the thread for the documentation: while it waits for an approval, and what came of that."""
    between = "Anna presses Approve, after a restart of the bot"
    return picture("#general", steady(later(waiting, between, seen)))


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
    assert sum(PRINTED in text for text in texts) == 1
    assert sum("Approved by Anna" in text for text in texts) == 1
    assert [button for one in seen for button in one["buttons"]] == []
    assert "completed" in texts[-1]
    assert not any(one["pings"] or one["links"] for one in seen)
