from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents import tools
from agents.teams import pin as pins
from agents.teams.definition import Team
from agents.teams.load import find, load_file
from bot.engine.reasons import reason_of
from bot.errors import JournalVersionError

TEAM = """\
name: sums
kind: two_agent
history_chars: 500
agents:
  clerk: {tools: [calculate]}
  person: {human: true}
"""


@pytest.fixture
def team(tmp_path: Path) -> Team:
    (tmp_path / "sums.yaml").write_text(TEAM, "utf-8")
    return load_file(tmp_path / "sums.yaml")


def pinned(team: Team, **changed: Any) -> dict[str, Any]:
    return {**pins.pin(team, replay_version=1), **changed}


@pytest.mark.parametrize("name", ["solo", "coder", "coder-reviewed", "panel"])
def test_pinned_json_alone_gives_the_same_team_again(name: str) -> None:
    team = find(name, [])

    stored = json.loads(json.dumps(pins.pin(team, replay_version=1)))

    assert Team.model_validate(stored["team"]) == team


def test_pin_names_versions_history_and_the_tools_with_their_code(team: Team) -> None:
    made = pinned(team)

    assert (made["format"], made["replay_version"], made["history_chars"]) == (5, 1, 500)
    assert made["autogen"].startswith("0.14.")
    function = made["tools"]["calculate"]["schema"]["function"]
    assert function["parameters"]["properties"]["expression"]["description"].startswith("Numbers, + - * /")
    assert made["tools"]["calculate"]["sha256"] == tools.code_hash(tools.calculate)


def test_everything_a_file_leaves_out_is_pinned(team: Team) -> None:
    made = pinned(team)["team"]

    assert (made["start"], made["recipient"]) == ("person", "clerk")
    assert made["agents"]["clerk"]["model"] == "chat"
    assert made["agents"]["clerk"]["instructions"] == "You are a helpful assistant."
    assert made["agents"]["person"]["human_input_mode"] == "ALWAYS"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": pins.FORMAT + 1}, "newer version"),
        ({"replay_version": 2}, "newer version"),
        ({"autogen": "0.13.4"}, r"begun with autogen 0\.13\.4, and 0\.14"),
        ({"autogen": None}, "begun with autogen None"),
    ],
)
def test_run_of_another_version_is_refused_with_what_happens_now(
    team: Team, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(JournalVersionError, match=f"{words}.*next message continues in a new run") as raised:
        pins.check(pinned(team, **changed), replay_version=1)
    assert "无法从停下的地方继续" in reason_of(raised.value, "zh")


def test_run_of_this_version_and_of_an_older_replay_version_is_accepted(team: Team) -> None:
    pins.check(pinned(team), replay_version=2)

    assert list(pins.tools_of(pinned(team))) == ["calculate"]


def test_tool_whose_code_changed_is_refused(team: Team) -> None:
    made = pinned(team)
    made["tools"]["calculate"]["sha256"] = "0"

    with pytest.raises(JournalVersionError, match="'calculate' has changed") as raised:
        pins.tools_of(made)
    assert "calculate 在开始之后有了变化" in reason_of(raised.value, "zh")


def test_tool_that_is_gone_is_refused(team: Team) -> None:
    made = pinned(team)
    made["tools"] = {"removed": {"sha256": "0"}}

    with pytest.raises(JournalVersionError, match="'removed' of this run is not installed any more") as raised:
        pins.tools_of(made)
    assert "removed 已不再安装" in reason_of(raised.value, "zh")
