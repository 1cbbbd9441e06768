"""Every way in which a pattern's agent passes the floor, from a team's file; each answer begins a new process."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.teams.front_desk import installed
from tests.integration.teams.harness import Talk, Teams
from tests.model_server import ModelServer, Scripts

CALL: dict[str, Any] = {"content": "", "tool_calls": [("count_try", {})]}

DESK = """
name: desk
kind: pattern
model: m
recipient: desk
context: {tries: 0}
max_rounds: 12
agents:
  person: {human: true}
  desk:
    instructions: "[[agent:desk]]"
    tools: [count_try, fetch]
    handoffs:
      - HANDOFF
    after_work: AFTER
  tech: {instructions: "[[agent:tech]]", description: repairs, after_work: user}
  boss: {instructions: "[[agent:boss]]", description: decides, after_work: terminate}
after_work: WORK
approve_tools: APPROVED
"""
NEVER = "{'*': never}"
IF = 'if: "${tries} > 0"'


def desk(to: str, condition: str = IF, *, after: str = "user", work: str = "terminate", approved: str = NEVER) -> str:
    handoff = f"{{to: {to}, {condition}}}"
    said = {"HANDOFF": handoff, "AFTER": after, "WORK": work, "APPROVED": approved}
    return functools.reduce(lambda text, key: text.replace(key, said[key]), said, DESK)


def transfers(name: str, *, then: str = "desk again") -> Any:
    """Hand off by a model's call until something else was said."""

    def reply(messages: list[dict[str, Any]]) -> dict[str, Any] | str:
        heard = str(messages)
        return then if "more" in heard else {"content": "", "tool_calls": [(name, {})]}

    return reply


SCRIPTS: Scripts = {
    "m": {
        "desk": [CALL, "What is it?", "Anything else?"],
        "tech": ["Switch it off.", "Switch it on."],
        "boss": ["No."],
        "editor": ["shorter", "shorter still"],
        "_selector": ["boss"],
    },
}


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with installed(tmp_path / "package", monkeypatch):
        yield


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer({"m": dict(SCRIPTS["m"])}) as running:
        yield running


@pytest.fixture
def teams(tmp_path: Path, server: ModelServer) -> Teams:
    return Teams(tmp_path, server.base_url)


def texts(talk: Talk) -> list[str]:
    return [f"{agent}: {text}" for agent, text in talk.said]


def say(server: ModelServer, agent: str, script: Any) -> None:
    scripts: Any = server.state.scripts["m"]
    scripts[agent] = script


async def test_context_variable_that_a_tool_changed_hands_off_to_an_agent(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(desk("tech")), "broken", "and now?", "exit")

    assert texts(talk) == [
        "desk: tries: 1",
        "desk: [Handing off to tech]",
        "tech: Switch it on.",
        "tech: Switch it on.",
    ]
    assert talk.asked == ["person", "person"]
    assert not talk.outcome.waiting
    assert "context_variables" not in str([chat.body["tools"] for chat in server.chats if chat.agent == "desk"])


async def test_context_variable_that_does_not_hold_hands_off_to_nobody(teams: Teams) -> None:
    talk = await teams.talk(teams.write(desk("tech", 'if: "${tries} > 1"')), "broken")

    assert texts(talk) == ["desk: tries: 1", "desk: What is it?"]
    assert talk.asked == ["person"]


async def test_context_variable_hands_off_to_a_person_who_is_named_in_the_thread(teams: Teams) -> None:
    talk = await teams.talk(teams.write(desk("user")), "broken", "go on", "exit")

    assert texts(talk)[1:] == ["desk: [Handing off to person]"] * 2
    assert talk.asked == ["person", "person"]


async def test_context_variable_ends_the_chat(teams: Teams) -> None:
    talk = await teams.talk(teams.write(desk("terminate")), "broken")

    assert texts(talk)[-1] == "desk: [Handing off to the end]"
    assert not talk.outcome.waiting
    assert talk.asked == []


async def test_context_variable_lets_a_model_choose(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(desk("manager")), "broken")

    assert texts(talk)[-1] == "boss: No."
    assert not talk.outcome.waiting
    assert "_Group_Tool_Executor" not in str(server.chats[1].body)


async def test_handoff_to_an_agent_with_nested_chats_holds_them_about_what_was_said(
    teams: Teams, server: ModelServer
) -> None:
    nested = desk("tech").replace("description: repairs,", "nested: {chats: [{recipient: editor, max_turns: 1}]},")
    team = nested.replace("\nafter_work: ", '\n  editor: {instructions: "[[agent:editor]]"}\nafter_work: ')

    talk = await teams.talk(teams.write(team), "broken", "and now?", "exit")

    assert texts(talk)[1:] == ["desk: [Handing off to tech]", "tech: shorter", "tech: shorter"]
    asked = [chat.body["messages"][-1]["content"] for chat in server.chats if chat.agent == "editor"]
    assert asked == ["broken", "and now?"]
    assert talk.asked == ["person", "person"]


async def test_model_hands_off_to_a_person_on_behalf_of_the_agent(teams: Teams, server: ModelServer) -> None:
    say(server, "desk", transfers("transfer_to_revert_to_user_1"))

    talk = await teams.talk(teams.write(desk("user", "when: you need to ask")), "broken", "more", "exit")

    assert texts(talk) == ["desk: desk again"]
    assert [(request.agent, request.asker) for request in talk.journal.requests.values()] == [("person", "desk")] * 2


async def test_model_ends_the_chat(teams: Teams, server: ModelServer) -> None:
    say(server, "desk", transfers("transfer_to_terminate_1"))

    talk = await teams.talk(teams.write(desk("terminate", "when: all is said")), "broken")

    assert not talk.outcome.waiting
    assert talk.said == []


async def test_model_lets_the_manager_choose(teams: Teams, server: ModelServer) -> None:
    say(server, "desk", transfers("transfer_to_manager_1"))

    talk = await teams.talk(teams.write(desk("manager", "when: you do not know")), "broken")

    assert texts(talk) == ["boss: No."]
    assert not talk.outcome.waiting


async def test_agent_whose_model_stays_speaks_again(teams: Teams, server: ModelServer) -> None:
    calls: Iterator[Any] = iter([{"content": "", "tool_calls": [("transfer_to_desk_1", {})]}])
    say(server, "desk", lambda _: next(calls, "Still here."))

    talk = await teams.talk(teams.write(desk("stay", "when: you have more to say")), "broken")

    assert texts(talk) == ["desk: Still here."]
    assert talk.asked == ["person"]


async def test_tool_names_who_goes_on(teams: Teams, server: ModelServer) -> None:
    say(server, "desk", [{"content": "", "tool_calls": [("fetch", {"who": "boss"})]}])

    talk = await teams.talk(teams.write(desk("tech")), "the boss, please")

    assert texts(talk) == ["desk: boss comes", "boss: No."]
    assert not talk.outcome.waiting


def greeting(heard: str) -> str:
    return "TERMINATE" if "again" in heard else "Hello again." if "Hello" in heard else "Hello."


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("tech", ["desk: Hello.", "tech: Switch it off."]),
        ("manager", ["desk: Hello.", "boss: No."]),
        ("terminate", ["desk: Hello."]),
        ("user", ["desk: Hello."]),
        ("stay", ["desk: Hello.", "desk: Hello again.", "desk: TERMINATE"]),
    ],
)
@pytest.mark.parametrize("of_team", [False, True], ids=["agent", "team"])
async def test_agent_that_is_done_passes_the_floor_as_the_file_says(
    teams: Teams, server: ModelServer, after: str, said: list[str], of_team: bool
) -> None:
    say(server, "desk", lambda heard: greeting(str(heard)))
    text = desk("boss", "when: asked", after=after)
    if of_team:
        text = desk("boss", "when: asked", work=after).replace("    after_work: user\n", "", 1)

    talk = await teams.talk(teams.write(text), "hi", "exit")

    assert texts(talk) == said
    assert talk.asked == (["person"] if after in ("user", "tech") else [])


async def test_approval_of_all_tools_does_not_ask_about_handoffs(teams: Teams, server: ModelServer) -> None:
    say(server, "desk", transfers("transfer_to_tech_1"))
    text = desk("tech", "when: broken", approved="['*']")

    talk = await teams.talk(teams.write(text), "broken")

    assert texts(talk) == ["tech: Switch it off."]
    assert talk.asked == ["person"]


@pytest.mark.parametrize("said", ["approve_tools: ['*']", "approve_tools: {count_try: always}", ""])
async def test_approval_of_all_tools_or_of_what_is_not_said_asks_about_the_tools_of_a_package(
    said: str, teams: Teams
) -> None:
    text = desk("tech").replace(f"approve_tools: {NEVER}", said)

    talk = await teams.talk(teams.write(text), "broken", "approve", "exit")

    assert texts(talk)[:2] == ["desk: tries: 1", "desk: [Handing off to tech]"]
    assert [request.kind.value for request in talk.journal.requests.values()] == ["approval", "text"]
