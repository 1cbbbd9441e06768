from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from agents.teams import check_file, list_teams
from agents.teams.load import find, load_file, models_used
from bot.errors import TeamFileError, UnknownTeamError

GOOD = """\
name: pair
description: {en: Two agents, zh: 两位}
kind: two_agent
agents:
  coder:
    instructions: Write programs.
    temperature: 0.2
  person:
    human: true
"""

GROUP = """\
name: group
kind: group_chat
agents:
  person: {human: true}
  planner: {instructions: Plan.}
  critic: {instructions: Criticise.}
"""


def wrong(tmp_path: Path, text: str | bytes) -> TeamFileError:
    path = tmp_path / "team.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(TeamFileError) as caught:
        check_file(path)
    assert str(caught.value).startswith(str(path))
    return caught.value


def test_good_file_is_summarised_in_the_language_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "pair.yaml"
    path.write_text(GOOD, "utf-8")

    summary = check_file(path, "zh")

    assert (summary.name, summary.description, summary.kind) == ("pair", "两位", "two_agent")
    assert summary.agents == ("coder", "person")
    assert summary.source == str(path)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("temperature", "temprature", 7, "agents.coder.temprature", "did you mean `temperature`"),
        ("kind: two_agent", "kind: two_agents", 3, "kind", "did you mean `two_agent`"),
        ("temperature: 0.2", "temperature: hot", 7, "agents.coder.temperature", "must be a number, not text"),
        ("temperature: 0.2", "temperature: 3", 7, "agents.coder.temperature", "must be 2 or less"),
        ("temperature: 0.2", "temperature: .nan", 7, "agents.coder.temperature", "finite"),
        ("temperature: 0.2", "top_p: 0", 7, "agents.coder.top_p", "must be more than 0"),
        ("temperature: 0.2", "max_tokens: 3.0", 7, "agents.coder.max_tokens", "valid integer"),
        ("temperature: 0.2", "tools: calculate", 7, "agents.coder.tools", "must be a list, not text"),
        ("temperature: 0.2", "tools: [calculator]", 7, "agents.coder.tools[0]", "did you mean `calculate`"),
        ("human: true", "human: 1", 9, "agents.person.human", "must be true or false"),
        ("human: true", "human: true\n    human_input_mode: always", 10, "agents.person.human_input_mode", "ALWAYS"),
        ("name: pair", "name: My Team", 1, "name", "not allowed"),
        ("name: pair", "", 2, "name", "is missing"),
        ("name: pair", "name:", 1, "name", "must be text, not nothing"),
        ("name: pair", "name: 2026-01-01", 1, "name", "must be text"),
        ("description: {en: Two agents, zh: 两位}", "description: 3", 2, "description", "must be text or a mapping"),
        ("zh: 两位", "fr: deux", 2, "description.fr", "is not a key"),
        ("kind: two_agent", "kind: two_agent\nstart: coder", 4, "start", "is not human"),
        ("kind: two_agent", "kind: two_agent\nrecipient: codr", 4, "recipient", "did you mean `coder`"),
        ("kind: two_agent", "kind: two_agent\nrecipient: person\nstart: person", 4, "recipient", "talks to itself"),
        ("kind: two_agent", "kind: two_agent\nmax_rounds: 5", 4, "max_rounds", "belongs to group_chat and pattern"),
        ("kind: two_agent", "kind: sequential", 1, "chats", "at least one chat"),
        ("human: true", "human: false", 4, "agents", "nobody is human"),
        ("  coder:", "  the coder:", 5, "agents.the coder", "letters, digits"),
        ("kind: two_agent", "kind: two_agent\napprove_tools: [calculate]", 4, "approve_tools[0]", "no agent"),
        ("kind: two_agent", "kind: two_agent\ncode: {approval: maybe}", 4, "code.approval", "always"),
        ("kind: two_agent", "kind: two_agent\nexpiry_days: 0", 4, "expiry_days", "must be 1 or more"),
        ("kind: two_agent", "kind: two_agent\nkind: pattern", 4, "kind", "second time"),
        ("human: true", "human: true\n    after_work: coder", 10, "agents.person.after_work", "belongs to pattern"),
        ("human: true", "human: true\n    tools: [calculate]", 10, "agents.person.tools", "without a model"),
        ("kind: two_agent", "kind: two_agent\ntermination: ''", 4, "termination", "at least 1 character"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_mistake_is_named_with_its_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, words: str
) -> None:
    error = wrong(tmp_path, GOOD.replace(old, new, 1))

    assert (error.line, error.key) == (line, key), str(error)
    assert words in str(error)


@pytest.mark.parametrize(
    ("extra", "line", "key", "words"),
    [
        ("speaker_selection: automatic\n", 7, "speaker_selection", "round_robin"),
        ("speaker_selection: custom:mentions\n", 7, "speaker_selection", "did you mean `mention`"),
        ("  other: {human: true}\n", 1, "start", "several humans"),
        ("  a: {nested: {chats: [{recipient: nix}]}}\n", 7, "agents.a.nested.chats[0].recipient", "no agent 'nix'"),
        ("  a: {nested: {chats: [{recipient: a}]}}\n", 7, "agents.a.nested", "talk to itself"),
        ("  a: {nested: {trigger: [x], chats: [{recipient: b}]}}\n  b: {}\n", 7, "agents.a.nested.trigger[0]", "'x'"),
        ("  a: {nested: {chats: [{recipient: b}]}}\n  b: {nested: {chats: [{recipient: a}]}}\n", 7, "agents.a.nested",
         "never end"),
        ("  a: {nested: {chats: []}}\n", 7, "agents.a.nested.chats", "at least 1 entry"),
        ("pattern: auto\n", 7, "pattern", "belongs to pattern"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_mistake_in_a_group_is_named_with_its_line_and_key(
    tmp_path: Path, extra: str, line: int, key: str, words: str
) -> None:
    error = wrong(tmp_path, GROUP + extra)

    assert (error.line, error.key) == (line, key), str(error)
    assert words in str(error)


PATTERN = """\
name: desk
kind: pattern
context: {tries: 0}
agents:
  person: {human: true}
  triage:
    handoffs:
      - HANDOFF
  tech: {nested: {chats: [{recipient: inner}]}}
  inner: {}
"""


@pytest.mark.parametrize(
    ("handoff", "key", "words"),
    [
        ("{to: tecs, when: broken}", "agents.triage.handoffs[0].to", "did you mean `tech`"),
        ("{to: inner, when: broken}", "agents.triage.handoffs[0].to", "takes part in nested chats only"),
        ("{to: tech}", "agents.triage.handoffs[0]", "needs `when`"),
        ("{to: tech, when: x, if: '${tries} > 1'}", "agents.triage.handoffs[0]", "not both"),
        ("{to: tech, if: '${trys} > 1'}", "agents.triage.handoffs[0].if", "no variable 'trys'"),
        ("{to: stay, if: '${tries} > 1'}", "agents.triage.handoffs[0].to", "go round for ever"),
        ("{to: triage, if: '${tries} > 1'}", "agents.triage.handoffs[0].to", "go round for ever"),
        ("{to: tech, if: 'tries > 1'}", "agents.triage.handoffs[0].if", "names no variable"),
        ("{to: tech, if: '${tries} >'}", "agents.triage.handoffs[0].if", "cannot be read"),
        ("{to: tech, if: 'open(${tries})'}", "agents.triage.handoffs[0].if", "something else"),
        ("{to: tech, if: '${tries} > much'}", "agents.triage.handoffs[0].if", "'much' is not a variable"),
        ("to tech", "agents.triage.handoffs[0]", "must be a mapping, not text"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_mistake_in_a_handoff_is_named_with_its_line_and_key(
    tmp_path: Path, handoff: str, key: str, words: str
) -> None:
    error = wrong(tmp_path, PATTERN.replace("HANDOFF", handoff))

    assert (error.line, error.key) == (8, key), str(error)
    assert words in str(error)


def test_human_without_a_model_cannot_hand_off_by_its_model(tmp_path: Path) -> None:
    text = PATTERN.replace("HANDOFF", "{to: tech, when: x}")

    error = wrong(tmp_path, text.replace("{human: true}", "{human: true, handoffs: [{to: tech, when: x}]}"))

    assert (error.line, error.key) == (5, "agents.person.handoffs[0].when")
    assert "human without a model" in str(error)


def test_handoff_expressions_of_the_library_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(
        PATTERN.replace("HANDOFF", "{to: user, if: \"!(${tries} > 1) & len(${tries}) == 0 or ${tries} == 'a & b'\"}")
    )

    assert load_file(path).agents["triage"].handoffs[0].to == "user"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty"),
        ("# only a comment\n", 1, "is empty"),
        ("- a list\n", 1, "must be a mapping"),
        ("name: [unclosed\n", 2, "not valid YAML"),
        ("name: a\n\tkind: b\n", 2, "a tab stands"),
        ("name: a\n---\nname: b\n", 2, "several documents"),
        ("name: &x a\nkind: *x\n", 2, "aliases"),
        ("? [a, b]\n: c\n", 1, "plain word"),
        ("name: !!python/object/apply:os.system [ls]\n", 1, "is not allowed"),
        ("name: " + "[" * 40 + "]" * 40, 1, "levels deep"),
        ("a: !!binary 'x'\n", 1, "cannot be read"),
        (b"name: caf\xe9\n", 1, "not UTF-8"),
        (b"name: a\nkind: \x00\n", None, "not valid YAML"),
        (b"name: a" + b" " * (1024 * 1024), None, "larger than 1 MiB"),
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_file_that_is_no_team_is_refused_with_a_sentence(
    tmp_path: Path, text: str | bytes, line: int | None, words: str
) -> None:
    error = wrong(tmp_path, text)

    assert words in str(error)
    assert error.line == line


def test_yaml_bomb_is_refused_at_its_first_alias(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi"))

    assert wrong(tmp_path, bomb).line == 2


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TeamFileError, match="No such file"):
        check_file(tmp_path / "none.yaml")


def test_file_overrides_the_preset_of_its_name_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("name: pair", "name: solo"), "utf-8")

    solo = next(team for team in list_teams([tmp_path]) if team.name == "solo")

    assert solo.agents == ("coder", "person")
    assert solo.source == f"{tmp_path / 'mine.yaml'} (instead of the preset)"
    assert find("solo", [tmp_path]).agents["coder"].temperature == 0.2


def test_later_folder_wins(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "pair.yaml").write_text(GOOD.replace("0.2", f"0.{number}"), "utf-8")

    team = find("pair", [tmp_path / "1", tmp_path / "2"])

    assert team.agents["coder"].temperature == 0.2


def test_wrong_file_is_listed_with_what_is_wrong_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("kind: [", "utf-8")

    teams = {team.name: team for team in list_teams([tmp_path])}

    assert "not valid YAML" in teams["broken"].description
    assert {"solo", "coder", "coder-reviewed", "panel"} <= set(teams)


def test_team_of_a_wrong_file_is_refused_with_its_error_not_replaced_by_the_preset(tmp_path: Path) -> None:
    (tmp_path / "solo.yaml").write_text("kind: [", "utf-8")

    with pytest.raises(TeamFileError, match="not valid YAML"):
        find("solo", [tmp_path])


def test_unknown_team_names_the_teams_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownTeamError) as caught:
        find("nobody", [tmp_path])

    assert caught.value.known == ["coder", "coder-reviewed", "panel", "solo"]


def test_folder_that_does_not_exist_holds_no_teams(tmp_path: Path) -> None:
    assert len(list_teams([tmp_path / "none"])) == 4


def test_listing_and_checking_import_no_vendor(tmp_path: Path) -> None:
    path = tmp_path / "pair.yaml"
    path.write_text(GOOD, "utf-8")
    program = (
        "import sys; from pathlib import Path; from agents.teams import check_file, list_teams; import agents.team;"
        f"list_teams([]); check_file(Path({str(path)!r}));"
        "print(sorted({'autogen', 'openai', 'ollama', 'httpx', 'xllamacpp'} & set(sys.modules)))"
    )

    said = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_models_of_the_teams_are_named_with_who_uses_them(tmp_path: Path) -> None:
    (tmp_path / "pair.yaml").write_text(GOOD.replace("temperature: 0.2", "model: big"), "utf-8")
    (tmp_path / "group.yaml").write_text(GROUP.replace("kind:", "model: choosing\nkind:"), "utf-8")
    (tmp_path / "broken.yaml").write_text("name: broken\n", "utf-8")

    used = models_used([tmp_path])

    assert used["big"] == ["pair"]
    assert used["choosing"] == ["group"]
    assert used["code"] == ["coder", "coder-reviewed"]
    assert set(used["chat"]) == {"solo", "panel", "coder", "coder-reviewed"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HANDOFF", "{to: manager, when: x}"),
        ("- HANDOFF", "[]\n    after_work: manager"),
        ("agents:", "after_work: manager\nagents:"),
    ],
)
def test_model_that_only_chooses_in_a_handoff_is_one_of_the_teams(tmp_path: Path, old: str, new: str) -> None:
    text = (
        PATTERN.replace("triage:", "triage:\n    model: a")
        .replace("tech: {", "tech: {model: a, ")
        .replace("inner: {}", "inner: {model: a}")
    )
    text = text.replace("kind:", "model: choosing\nkind:").replace(old, new).replace("HANDOFF", "{to: tech, when: x}")
    (tmp_path / "desk.yaml").write_text(text, "utf-8")

    assert models_used([tmp_path])["choosing"] == ["desk"]


def test_model_that_only_chooses_the_speaker_is_one_of_the_teams(tmp_path: Path) -> None:
    agents = GROUP.replace("planner: {", "planner: {model: a, ").replace("critic: {", "critic: {model: a, ")
    turns = agents.replace("kind:", "model: choosing\nspeaker_selection: round_robin\nkind:")
    for text, uses in [(agents.replace("kind:", "model: choosing\nkind:"), True), (turns, False)]:
        (tmp_path / "group.yaml").write_text(text, "utf-8")

        assert ("choosing" in models_used([tmp_path])) is uses
