"""Teams under the whole core: inbox, engine, a real store, and restarts in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import create_engine, text

from agents.models.openai_compatible import OpenAICompatible
from agents.team import AutogenTeams
from bot.domain import RunStatus
from tests.fakes import FakeAdapter, FakeClock, Thread
from tests.integration.core.rig import Rig, running
from tests.model_server import ModelServer, Scripts

SCRIPTS: Scripts = {
    "chat": {"_any": ["A plan of 5 days.", "A cheaper plan.", "A plan for the new run."]},
    "flow": {"planner": ["a plan"], "critic": ["too slow"]},
    "code": {"_any": ["```python\nprint(sum(range(5)))\n```", "TERMINATE"]},
}


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running_server:
        yield running_server


@asynccontextmanager
async def bot(folder: Path, server: ModelServer, adapter: FakeAdapter) -> AsyncIterator[Rig]:
    """One process of the bot: its teams, like its engine, are new."""
    clock = FakeClock()
    models = OpenAICompatible(server.base_url, "")
    teams = AutogenTeams([folder], models=models, clock=clock)
    async with running(folder, adapter=adapter, teams=cast("Any", teams), clock=clock) as rig:
        yield rig
    await teams.close()
    await models.close()


async def test_conversation_goes_on_after_each_restart(tmp_path: Path, server: ModelServer) -> None:
    thread, adapter = Thread(), FakeAdapter()

    for words in ("plan a trip", "cheaper", "exit"):
        async with bot(tmp_path, server, adapter) as rig:
            await rig.say(thread.event(words, team="solo"))

    async with bot(tmp_path, server, adapter) as rig:
        assert rig.said(thread) == ["assistant: A plan of 5 days.", "assistant: A cheaper plan."]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
    assert len(server.chats) == 2


async def test_message_after_the_end_starts_a_run_that_knows_what_was_said(tmp_path: Path, server: ModelServer) -> None:
    thread, adapter = Thread(), FakeAdapter()

    async with bot(tmp_path, server, adapter) as rig:
        for words in ("plan a trip", "exit", "and back?"):
            await rig.say(thread.event(words, team="solo"))

    asked = [message["content"] for message in server.chats[-1].body["messages"][1:]]
    assert asked == ["plan a trip", "A plan of 5 days.", "and back?"]


async def test_code_is_run_once_it_is_approved_after_a_restart(tmp_path: Path, server: ModelServer) -> None:
    thread, adapter = Thread(), FakeAdapter()
    async with bot(tmp_path, server, adapter) as rig:
        await rig.say(thread.event("add up", team="coder-reviewed"))

    async with bot(tmp_path, server, adapter) as rig:
        await rig.say(thread.event("approve"))

        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert any("10" in line for line in rig.said(thread))


FLOW = """
name: flow
kind: pattern
pattern: manual
model: flow
max_rounds: 4
agents:
  person: {human: true}
  planner: {instructions: "[[agent:planner]]"}
  critic: {instructions: "[[agent:critic]]"}
"""


async def test_person_chooses_the_next_speaker_by_name_after_a_restart(tmp_path: Path, server: ModelServer) -> None:
    (tmp_path / "flow.yaml").write_text(FLOW, "utf-8")
    thread, adapter = Thread(), FakeAdapter()
    async with bot(tmp_path, server, adapter) as rig:
        await rig.say(thread.event("a trip", team="flow"))
        assert any("Who speaks next? Answer with a number from 1 to 3" in line for line in rig.lines(thread))

    async with bot(tmp_path, server, adapter) as rig:
        await rig.say(thread.event("critic"))
        await rig.say(thread.event("1"))

        assert rig.said(thread) == ["planner: a plan", "critic: too slow", "planner: a plan"]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
    assert [chat.agent for chat in server.chats] == ["planner", "critic", "planner"]


async def test_run_of_another_library_version_ends_and_the_next_message_continues_in_a_new_run(
    tmp_path: Path, server: ModelServer
) -> None:
    thread, adapter = Thread(), FakeAdapter()
    async with bot(tmp_path, server, adapter) as rig:
        await rig.say(thread.event("plan a trip", team="solo"))
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE runs SET pinned = replace(pinned, '0.14.1', '0.13.0')"))
    engine.dispose()

    async with bot(tmp_path, server, adapter) as rig:
        await rig.say(thread.event("cheaper"))
        await rig.say(thread.event("and back?"))

        assert await rig.statuses(thread) == [RunStatus.FAILED, RunStatus.INPUT_REQUIRED]
        assert any("begun with autogen 0.13.0" in line for line in rig.lines(thread))
    asked = [message["content"] for message in server.chats[-1].body["messages"][1:]]
    assert asked[0] == "plan a trip"
    assert asked[-1].endswith("and back?")
