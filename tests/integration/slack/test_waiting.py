"""Conversations that wait for each other at a host that works on one call at a time, as people see them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain import Json
from tests.integration.reviewed import PLAN, SCRIPTS_AT, TEAM, write_team
from tests.integration.slack.scene import Mode, Scene, bot, settings_of
from tests.processes import Command, model_server, serving, settings_for, tell_model
from tests.wire.remote import Control

pytestmark = pytest.mark.timeout(180)
RUN = Mode(arguments=("run",))
NEXT = "Next in the queue for m."
LOADS = "m is being loaded into memory."
BROKE_OFF = "The answer broke off; m is asked once more."


@dataclass(frozen=True, slots=True)
class Stage:
    """Two threads of one person, and the bot that serves both."""

    slack: Control
    model: str
    command: Command
    first: Scene
    second: Scene

    async def begins(self, scene: Scene) -> None:
        asked = await self.slack.do("says", person="Anna", channel="general", text="@Threadfast print some primes")
        scene.root = asked["ts"]

    async def second_waits(self) -> None:
        """Have the second conversation wait for the first, and its thread say so."""
        await tell_model(self.model, token_delay=1)
        await self.begins(self.first)
        await self.first.until(lambda seen: "I will write" in shown(seen))
        await self.begins(self.second)
        await self.second.until(lambda seen: NEXT in shown(seen))


def shown(seen: list[Json]) -> str:
    return "\n".join(str(one["text"]) for one in seen)


def is_asked(seen: list[Json]) -> bool:
    return any("End this chat" in one["buttons"] for one in seen)


@asynccontextmanager
async def staged(home: Path) -> AsyncIterator[Stage]:
    async with serving("tests.slack_server") as url, model_server(SCRIPTS_AT) as model:
        slack = Control(url)
        anna = await slack.do("person", person="Anna")
        await slack.do("channel", channel="general")
        write_team(home, person=anna["id"])
        settings = await settings_of(slack) | settings_for(model) | {"THREADFAST_TEAM": TEAM}
        command = Command(home, settings | {"THREADFAST_MODEL_SLOTS": "1"}, measured=False)
        yield Stage(slack, model, command, Scene(slack), Scene(slack))


async def test_thread_says_which_place_its_call_has_until_the_agent_speaks(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, bot(stage.command, stage.slack, RUN):
        await stage.second_waits()
        waiting = await stage.second.messages()
        await tell_model(stage.model, token_delay=0.02)
        seen = await stage.second.until(is_asked)

    assert [one["author"] for one in waiting] == ["Anna", "coder"]
    assert [one["text"] for one in seen if one["author"] == "coder"] == [PLAN]
    assert NEXT not in shown(seen)


async def test_what_a_killed_process_said_of_a_call_that_waits_is_gone_with_the_next_one(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with bot(stage.command, stage.slack, RUN):
            await stage.second_waits()
        left = await stage.second.messages()
        await tell_model(stage.model, token_delay=0)
        async with bot(stage.command, stage.slack, RUN):
            seen = await stage.second.until(lambda seen: is_asked(seen) and NEXT not in shown(seen))
            both = [await stage.first.until(is_asked), seen]

    assert NEXT in shown(left)
    assert [[one["text"] for one in each if one["author"] == "coder"] for each in both] == [[PLAN], [PLAN]]


async def test_thread_says_that_the_model_is_loaded_until_the_agent_speaks(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, bot(stage.command, stage.slack, RUN):
        await tell_model(stage.model, load_delay=8)
        await stage.begins(stage.first)
        waiting = await stage.first.until(lambda seen: LOADS in shown(seen))
        seen = await stage.first.until(is_asked)

    assert [one["author"] for one in waiting] == ["Anna", "coder"]
    assert [one["text"] for one in seen if one["author"] == "coder"] == [PLAN]


async def test_words_of_a_host_that_breaks_off_are_taken_back_until_another_one_speaks(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, model_server(SCRIPTS_AT) as other:
        await tell_model(stage.model, token_delay=0.3, fault={"kind": "disconnect", "after": 20})
        await tell_model(other, load_delay=12)
        hosts = {"one": {"address": stage.model, "weight": 100}, "two": {"address": other}}
        settings = {name: value for name, value in stage.command.settings.items() if name != "OLLAMA_HOST"}
        command = Command(
            tmp_path, settings | {"OLLAMA_HOST": "", "THREADFAST_HOSTS": json.dumps(hosts)}, measured=False
        )
        async with bot(command, stage.slack, RUN):
            await stage.begins(stage.first)
            await stage.first.until(lambda seen: "I will write" in shown(seen))
            waiting = await stage.first.until(lambda seen: LOADS in shown(seen))
            seen = await stage.first.until(is_asked)

    assert BROKE_OFF in shown(waiting)
    assert "I will write" not in shown(waiting)
    assert [one["text"] for one in seen if one["author"] == "coder"] == [PLAN]
