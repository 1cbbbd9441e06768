"""Sequences and nested chats from a team's file, with a person's question inside; each answer begins a new process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.teams.harness import Talk, Teams
from tests.model_server import ModelServer, Scripts

SCRIPTS: Scripts = {
    "m": {
        "_selector": ["the gist of it"],
        "first": ["facts", "more facts"],
        "second": ["a text", "a better text"],
        "writer": ["a draft", "a final text"],
        "editor": ["shorter", "shorter still"],
    },
}

CHAIN = """
name: chain
kind: sequential
model: m
agents:
  person: {human: true}
  proxy: {human: true, human_input_mode: NEVER}
  first: {instructions: "[[agent:first]]"}
  second: {instructions: "[[agent:second]]"}
start: person
chats:
  - {recipient: first, max_turns: 2, summary_method: SUMMARY}
  - {sender: proxy, recipient: second, message: write it up, max_turns: 1}
"""

GROUP = """
name: group
kind: KIND
model: m
HOW: round_robin
max_rounds: 4
agents:
  person: {human: true}
  writer:
    instructions: "[[agent:writer]]"
    nested:
      TRIGGER
      chats:
        - {SENDER, recipient: editor, max_turns: 2}
  editor: {instructions: "[[agent:editor]]"}
  second: {instructions: "[[agent:second]]"}
"""


def group(kind: str, *, trigger: str = "trigger: []", sender: str = "sender: writer") -> str:
    how = "pattern" if kind == "pattern" else "speaker_selection"
    made = GROUP.replace("KIND", kind).replace("HOW", how)
    return made.replace("TRIGGER", trigger).replace("SENDER, " if not sender else "SENDER", sender)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running:
        yield running


@pytest.fixture
def teams(tmp_path: Path, server: ModelServer) -> Teams:
    return Teams(tmp_path, server.base_url)


def texts(talk: Talk) -> list[str]:
    return [f"{agent}: {text}" for agent, text in talk.said]


def last_asked(server: ModelServer, agent: str) -> str:
    body: dict[str, Any] = next(chat.body for chat in reversed(server.chats) if chat.agent == agent)
    return str(body["messages"][-1]["content"])


async def test_person_is_asked_inside_a_sequence_and_the_next_chat_is_told_of_it(
    teams: Teams, server: ModelServer
) -> None:
    talk = await teams.talk(teams.write(CHAIN.replace("SUMMARY", "last_msg")), "Harbin", "and the food?")

    assert texts(talk) == ["first: facts", "first: more facts", "second: a text"]
    assert talk.asked == ["person"]
    assert last_asked(server, "second") == "write it up\nContext: \nmore facts"
    assert [chat.agent for chat in server.chats] == ["first", "first", "second"]
    assert not talk.outcome.waiting


async def test_next_chat_of_a_sequence_is_told_a_models_summary(teams: Teams, server: ModelServer) -> None:
    team = CHAIN.replace("SUMMARY", "reflection_with_llm")

    await teams.talk(teams.write(team), "Harbin", "and the food?")

    assert last_asked(server, "second") == "write it up\nContext: \nthe gist of it"


@pytest.mark.parametrize("kind", ["group_chat", "pattern"])
@pytest.mark.parametrize("sender", ["sender: writer", ""], ids=["named", "left out"])
async def test_agent_with_nested_chats_is_one_of_its_group(
    teams: Teams, server: ModelServer, kind: str, sender: str
) -> None:
    talk = await teams.talk(teams.write(group(kind, sender=sender)), "write", "shorter", "exit")

    assert texts(talk)[:2] == ["writer: shorter still", "second: a text"]
    assert [chat.agent for chat in server.chats][:4] == ["editor", "writer", "editor", "second"]
    assert talk.asked[:1] == ["person"]


async def test_person_is_asked_inside_a_nested_chat(teams: Teams, server: ModelServer) -> None:
    team = group("group_chat", sender="").replace("recipient: editor", "recipient: helper, message: What of it")
    team = team.replace("  second:", "  helper: {human: true}\n  second:") + "start: person\n"

    talk = await teams.talk(teams.write(team), "write", "It is good.", "exit")

    assert talk.asked[0] == "helper"
    assert talk.said[0][0] == "writer"
    assert "It is good." in str(server.chats[0].body)


def second_speaks_first(team: str) -> str:
    line = '  second: {instructions: "[[agent:second]]"}\n'
    return team.replace(line, "").replace("  person:", f"{line}  person:")


@pytest.mark.parametrize("kind", ["group_chat", "pattern"])
@pytest.mark.parametrize(("trigger", "writer"), [("second", "writer: shorter"), ("person", "writer: a draft")])
async def test_nested_chats_are_set_off_by_the_agents_that_the_file_names_only(
    teams: Teams, kind: str, trigger: str, writer: str
) -> None:
    team = second_speaks_first(group(kind, trigger=f"trigger: [{trigger}]")).replace("max_turns: 2", "max_turns: 1")
    if kind == "pattern":
        team += "recipient: second\n"
    team = team.replace("  person: {human: true}\n", "") + "start: person\n"
    team = team.replace("agents:\n", "agents:\n  person: {human: true}\n")

    talk = await teams.talk(teams.write(team), "write")

    assert texts(talk) == ["second: a text", writer]
    assert talk.asked == ["person"]


async def test_run_that_began_without_the_agent_that_holds_nested_chats_goes_on_without_it(teams: Teams) -> None:
    run = await teams.start(teams.write(second_speaks_first(group("group_chat"))), "write")
    run.pinned["format"] = 1
    run.pinned["team"]["agents"]["writer"]["nested"]["chats"][0]["sender"] = "writer"

    talk = await teams.go_on(run, [])

    assert texts(talk) == ["second: a text"]
