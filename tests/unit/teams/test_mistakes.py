from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.teams import mistakes_in

GOOD = """\
name: desk
kind: pattern
context: {tries: 0}
agents:
  person: {human: true}
  triage:
    tools: [calculate]
    handoffs:
      - {to: tech, if: "${tries} > 1"}
  tech: {}
approve_tools: [calculate]
"""


def places(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "desk.yaml"
    path.write_text(text, "utf-8")
    found = mistakes_in(path)
    assert all(str(error).startswith(f"{path}:{error.line}: ") for error in found)
    return [f"{error.line} {error.key}" for error in found]


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_good_file_has_no_mistakes(tmp_path: Path) -> None:
    assert places(tmp_path, GOOD) == []


def test_names_that_do_not_exist_are_all_told(tmp_path: Path) -> None:
    text = changed(
        ("[calculate]\n    ", "[nix, calculate]\n    "), ("to: tech", "to: tecs"), ("kind", "start: me\nkind")
    )

    assert places(tmp_path, text) == ["2 start", "8 agents.triage.tools[0]", "10 agents.triage.handoffs[0].to"]


def test_keys_and_values_that_are_wrong_are_all_told_beside_names_that_do_not_exist(tmp_path: Path) -> None:
    text = changed(
        ("name: desk", "name: Desk"),
        ("kind: pattern", "kind: patterns\nmax_rounds: 1"),
        ("person: {human: true}", "person: {humane: true, top_p: 4}"),
        ("to: tech", "to: tecs"),
        ("tech: {}", "tech: {max_tokens: 2.0}"),
    )

    assert places(tmp_path, text) == [
        "1 name",
        "2 kind",
        "3 max_rounds",
        "6 agents.person.humane",
        "6 agents.person.top_p",
        "10 agents.triage.handoffs[0].to",
        "11 agents.tech.max_tokens",
    ]


def test_all_keys_that_are_missing_are_told_once(tmp_path: Path) -> None:
    assert places(tmp_path, "description: x\n") == ["1 name", "1 kind", "1 agents"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("context:", "contxt:", "3 contxt"),
        ("{tries: 0}", "3", "3 context"),
        ("tools: [calculate]\n    ", "tools: calculate\n    ", "7 agents.triage.tools"),
        ("tools: [calculate]\n    ", "tool: [calculate]\n    ", "7 agents.triage.tool"),
    ],
)
def test_mistake_that_only_follows_from_another_is_not_told(tmp_path: Path, old: str, new: str, place: str) -> None:
    assert places(tmp_path, changed((old, new))) == [place]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("tech: {}", "tech: 3", "10 agents.tech"),
        ("tech: {}", "tech: {nested: {}}", "10 agents.tech.nested.chats"),
        ("tech: {}", "tech: {nested: {chats: [{sender: triage}]}}", "10 agents.tech.nested.chats[0].recipient"),
        ("- {to", "- 3\n      - {to", "9 agents.triage.handoffs[0]"),
    ],
)
def test_what_is_left_of_an_agent_with_a_mistake_is_looked_at(tmp_path: Path, old: str, new: str, place: str) -> None:
    found = places(tmp_path, changed((old, new), ("name: desk", "name: desk\nstart: me")))

    assert found == ["2 start", f"{int(place.split(maxsplit=1)[0]) + 1} {place.split()[1]}"]


@pytest.mark.parametrize("text", ["", "name: [", "- a list\n", "agents: 3\nname: a\nkind: pattern\n"])
def test_file_with_nothing_to_look_at_has_one_mistake(tmp_path: Path, text: str) -> None:
    assert len(places(tmp_path, text)) == 1


def test_file_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    [error] = mistakes_in(tmp_path / "none.yaml")

    assert "No such file" in str(error)


@pytest.mark.parametrize(
    ("value", "place", "words"),
    [
        ("[]", "may_answer", "is empty, so nobody could answer; name people by their ids, or leave it out"),
        ("['@anna']", "may_answer[0]", "'@anna' is no person's id, such as U0123ABCD"),
        ("[U0123ABCD, Anna Lee]", "may_answer[1]", "'Anna Lee' is no person's id"),
        ("['']", "may_answer[0]", "'' is no person's id"),
        ("['group:S0123ABCD']", "may_answer[0]", "is no person's id.*how the settings let groups"),
    ],
)
def test_nobody_and_what_is_no_id_cannot_be_who_may_answer(value: str, place: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(f"{GOOD}may_answer: {value}\n", "utf-8")

    (mistake,) = mistakes_in(path)

    assert (mistake.line, mistake.key) == (12, place)
    assert re.search(words, str(mistake))


def test_rescue_that_does_not_exist_is_a_mistake_with_what_was_probably_meant(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(changed(("kind: pattern", "kind: pattern\nrescues: {tool_cals: false, loops: 3}")), "utf-8")

    assert [str(error).partition(": ")[2] for error in mistakes_in(path)] == [
        "rescues.tool_cals: is not a key of a team file; did you mean `tool_calls`?",
        "rescues.loops: must be true or false, not a number",
    ]
