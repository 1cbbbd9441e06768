"""Who speaks next, from a team's file, with a person's question in the middle; each answer begins a new process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain import RequestKind
from tests.integration.teams.harness import Talk, Teams
from tests.model_server import ModelServer, Scripts


def select(messages: list[dict[str, Any]]) -> str:
    """Name who follows the one that spoke last."""
    heard = str(messages)
    after = {"a trip": "planner", "planner: a": "critic", "critic: too": "person", "person: less": "planner"}
    return after[max(after, key=heard.rfind)]


SCRIPTS: Scripts = {
    "m": {
        "_selector": select,
        "planner": ["a plan", "a second plan", "a third plan"],
        "critic": ["too slow", "too long", "too late"],
    },
    "new": {"_any": lambda messages: f"words {len(str(messages))}"},
}

FLOW = """
name: flow
kind: KIND
model: m
WHO
max_rounds: ROUNDS
agents:
  person: {human: true}
  planner: {instructions: "[[agent:planner]]", description: plans}
  critic: {instructions: "[[agent:critic]]", description: criticises}
"""


def flow(who: str, *, kind: str = "pattern", rounds: int = 8) -> str:
    key = "pattern" if kind == "pattern" else "speaker_selection"
    return FLOW.replace("KIND", kind).replace("WHO", f"{key}: {who}").replace("ROUNDS", str(rounds))


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer({model: dict(scripts) for model, scripts in SCRIPTS.items()}) as running:
        yield running


@pytest.fixture
def teams(tmp_path: Path, server: ModelServer) -> Teams:
    return Teams(tmp_path, server.base_url)


def texts(talk: Talk) -> list[str]:
    return [f"{agent}: {text}" for agent, text in talk.said]


def choices(talk: Talk) -> list[tuple[str, ...]]:
    return [request.choices for request in talk.journal.requests.values() if request.kind is RequestKind.CHOICE]


def spoken_once(talk: Talk, server: ModelServer) -> bool:
    """Whether every model call was made once, however often the run was replayed."""
    asked = [chat.agent for chat in server.chats if chat.agent != "_selector"]
    return asked == [agent for agent, _ in talk.said]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        # In a pattern the agent that spoke before a person answers; in a group a model chooses again.
        ("pattern", ["planner: a plan", "critic: too slow", "critic: too long"]),
        ("group_chat", ["planner: a plan", "critic: too slow", "planner: a second plan", "critic: too long"]),
    ],
)
async def test_model_chooses_agents_and_the_person_in_the_middle(
    teams: Teams, server: ModelServer, kind: str, said: list[str]
) -> None:
    talk = await teams.talk(teams.write(flow("auto", kind=kind)), "a trip", "less walking", "exit")

    assert texts(talk) == said
    assert talk.asked == ["person", "person"]
    assert spoken_once(talk, server)
    assert not talk.outcome.waiting
    assert "_Group_Tool_Executor" not in str([chat.body for chat in server.chats])


async def test_agents_and_the_person_go_round(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(flow("round_robin")), "a trip", "less walking", "exit")

    assert texts(talk)[:2] == ["planner: a plan", "critic: too slow"]
    assert talk.asked == ["person", "person"]
    assert spoken_once(talk, server)
    assert not talk.outcome.waiting


@pytest.mark.parametrize("kind", ["pattern", "group_chat"])
async def test_chance_that_chose_the_speakers_is_kept_over_every_pause(
    teams: Teams, server: ModelServer, kind: str
) -> None:
    team = flow("random", kind=kind, rounds=14).replace("model: m", "model: new")

    talk = await teams.talk(teams.write(team), "a trip", *["less walking"] * 14)

    assert not talk.outcome.waiting
    assert spoken_once(talk, server)
    assert len(talk.said) + len(talk.asked) == 13
    assert set(talk.asked) <= {"person"}


async def test_person_chooses_who_speaks_and_may_speak_in_the_middle(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(
        teams.write(flow("manual", rounds=5)), "a trip", "critic", "person", "less walking", "planner"
    )

    assert texts(talk) == ["planner: a plan", "critic: too slow", "critic: too long"]
    assert set(choices(talk)) == {("planner", "critic", "person")}
    assert talk.asked == ["", "", "person"]
    assert spoken_once(talk, server)
    assert not talk.outcome.waiting


async def test_person_chooses_in_a_group_by_name_or_number(teams: Teams, server: ModelServer) -> None:
    team = flow("manual", kind="group_chat", rounds=5)

    talk = await teams.talk(teams.write(team), "a trip", "critic", "2", "person", "less walking", "planner")

    assert texts(talk) == ["critic: too slow", "planner: a plan", "planner: a second plan"]
    assert set(choices(talk)) == {("person", "planner", "critic")}
    assert talk.asked == ["", "", "", "person", ""]
    assert spoken_once(talk, server)
    assert not talk.outcome.waiting


async def test_group_goes_round_with_the_person_in_the_middle(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(flow("round_robin", kind="group_chat")), "a trip", "less walking", "exit")

    assert texts(talk) == ["planner: a plan", "critic: too slow", "planner: a second plan", "critic: too long"]
    assert talk.asked == ["person", "person"]
    assert spoken_once(talk, server)
    assert not talk.outcome.waiting


async def test_agents_and_the_person_mention_each_other(teams: Teams, server: ModelServer) -> None:
    script: Any = server.state.scripts["m"]
    script["planner"] = ["@person, what do you think?", "@critic, and you?"]
    team = teams.write(flow("custom:mention", kind="group_chat"))

    talk = await teams.talk(team, "@planner go", "@planner ask on", "exit")

    assert texts(talk) == ["planner: @person, what do you think?", "planner: @critic, and you?", "critic: too slow"]
    assert talk.asked == ["person", "person"]
    assert not talk.outcome.waiting


@pytest.mark.parametrize("words", ["", "q"])
async def test_choice_that_is_left_to_a_model_is_made_by_it(teams: Teams, server: ModelServer, words: str) -> None:
    talk = await teams.talk(teams.write(flow("manual")), "a trip", words)

    assert texts(talk) == ["planner: a plan", "critic: too slow"]


async def test_run_that_began_under_an_older_format_is_asked_what_it_was_asked_then(
    teams: Teams, server: ModelServer
) -> None:
    run = await teams.start(teams.write(flow("manual")), "a trip")
    run.pinned["format"] = 1

    talk = await teams.go_on(run, ["3", "2"])

    assert talk.outcome.waiting
    assert set(choices(talk)) == {("_Group_Tool_Executor", "planner", "critic", "person")}
    assert [agent for agent, _ in talk.said] == ["planner", "critic", "planner"]
