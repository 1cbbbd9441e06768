"""How often people approve, as team files say it and as runs have it pinned."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents import tools
from agents.teams import hints_of
from agents.teams import pin as pins
from agents.teams.definition import Team
from agents.teams.load import load_file
from agents.teams.mistakes import mistakes_in
from bot.domain import ApprovalPolicy
from bot.errors import TeamFileError
from tests.packages import install

ALWAYS, NEVER = ApprovalPolicy.ALWAYS, ApprovalPolicy.NEVER
ONCE_RUN, ONCE_CODE = ApprovalPolicy.ONCE_PER_RUN, ApprovalPolicy.ONCE_PER_CODE
TEAM = """\
name: sums
kind: two_agent
agents:
  clerk: {tools: [calculate, current_time]}
  person: {human: true}
"""


def loaded(folder: Path, more: str, team: str = TEAM) -> Team:
    path = folder / "sums.yaml"
    path.write_text(team + more, "utf-8")
    return load_file(path)


def policies(team: Team, pinned: dict[str, Any] | None = None) -> dict[str, ApprovalPolicy]:
    """Return the policies of a run, whose pin has been JSON."""
    made: dict[str, Any] = pinned or json.loads(json.dumps(pins.pin(team, replay_version=1)))
    return pins.policies_of_tools(made, Team.model_validate(made["team"]))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("[]", {}),
        ("[calculate]", {"calculate": ALWAYS}),
        ("['*']", {"calculate": ALWAYS, "current_time": ALWAYS}),
        ("{calculate: once_per_run}", {"calculate": ONCE_RUN}),
        ("{'*': once_per_code}", {"calculate": ONCE_CODE, "current_time": ONCE_CODE}),
        ("{'*': always, calculate: never}", {"calculate": NEVER, "current_time": ALWAYS}),
    ],
)
def test_a_list_means_always_and_a_mapping_what_it_says(
    said: str, meant: dict[str, ApprovalPolicy], tmp_path: Path
) -> None:
    assert policies(loaded(tmp_path, f"approve_tools: {said}\n")) == meant


@pytest.fixture
def mailing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with the tools `send_mail` and `look_up`."""
    folder = tmp_path / "package"
    install(folder, "mailing", tools={"send_mail": "mailing:send_mail", "look_up": "mailing:send_mail"})
    (folder / "mailing.py").write_text('def send_mail(to: str) -> str:\n    """Send."""\n    return to\n', "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    tools._installed.cache_clear()
    yield
    tools._installed.cache_clear()
    sys.modules.pop("mailing", None)


MAILING = TEAM.replace("current_time", "current_time, send_mail, look_up")


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", {"send_mail": ALWAYS, "look_up": ALWAYS}),
        ("approve_tools: [calculate]", {"calculate": ALWAYS, "send_mail": ALWAYS, "look_up": ALWAYS}),
        ("approve_tools: {send_mail: never}", {"send_mail": NEVER, "look_up": ALWAYS}),
        ("approve_tools: {look_up: once_per_code}", {"send_mail": ALWAYS, "look_up": ONCE_CODE}),
        (
            "approve_tools: {'*': never, send_mail: once_per_run}",
            {"send_mail": ONCE_RUN, **dict.fromkeys(("look_up", "calculate", "current_time"), NEVER)},
        ),
    ],
)
def test_tools_of_packages_are_approved_each_time_unless_the_file_says_otherwise(
    said: str, meant: dict[str, ApprovalPolicy], tmp_path: Path
) -> None:
    assert policies(loaded(tmp_path, said, MAILING)) == meant


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_run_that_was_pinned_before_goes_on_without_asking(version: int, tmp_path: Path) -> None:
    team = loaded(tmp_path, "", MAILING)
    new = pins.pin(team, replay_version=1)
    before = {name: {key: tool[key] for key in ("schema", "sha256")} for name, tool in new["tools"].items()}

    assert policies(team, {**new, "format": version, "tools": before}) == {}


@pytest.mark.usefixtures("mailing")
def test_a_package_that_goes_changes_nothing_of_what_a_run_was_begun_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = loaded(tmp_path, "", MAILING)
    pinned = json.loads(json.dumps(pins.pin(team, replay_version=1)))
    # The name is one of ours by now, as after an upgrade.
    monkeypatch.setitem(tools.BUILT_IN, "send_mail", tools.calculate)

    assert policies(team, pinned) == {"send_mail": ALWAYS, "look_up": ALWAYS}


@pytest.mark.usefixtures("mailing")
def test_an_empty_list_beside_tools_of_packages_is_refused_and_what_to_write_is_said(tmp_path: Path) -> None:
    with pytest.raises(TeamFileError, match=r"sums\.yaml:6: approve_tools: is empty.*\{look_up: never\}"):
        loaded(tmp_path, "approve_tools: []\n", MAILING)

    assert [error.key for error in mistakes_in(tmp_path / "sums.yaml")] == ["approve_tools"]


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize(
    ("said", "hinted"),
    [
        ("", "look_up, send_mail"),
        ("approve_tools: [send_mail]", "look_up"),
        ("approve_tools: {'*': never}", None),
        ("approve_tools: {send_mail: never, look_up: always}", None),
    ],
)
def test_writer_of_a_file_is_told_which_calls_are_approved_unsaid(
    said: str, hinted: str | None, tmp_path: Path
) -> None:
    loaded(tmp_path, said, MAILING)

    hints = hints_of(tmp_path / "sums.yaml")

    assert (hints == []) if hinted is None else f"each call of {hinted}, for" in hints[0]


def test_a_run_that_was_pinned_in_the_first_format_goes_on_asking_for_handoffs_as_well(tmp_path: Path) -> None:
    team = loaded(tmp_path, "approve_tools: ['*']\n")
    pinned = {**pins.pin(team, replay_version=1), "format": 1}

    assert policies(team, pinned) == {"*": ALWAYS}


@pytest.mark.parametrize("word", ["always", "once_per_run", "once_per_code", "never"])
def test_code_has_each_of_the_policies(word: str, tmp_path: Path) -> None:
    assert ApprovalPolicy(loaded(tmp_path, f"code: {{approval: {word}}}\n").code.approval) == word


@pytest.mark.parametrize(
    ("more", "key", "words"),
    [
        (
            "code: {approval: once}\n",
            "code.approval",
            "is 'once'; there are: always, never, once_per_code, once_per_run",
        ),
        ("code: {approval: sometimes}\n", "code.approval", "there are: always, never, once_per_code, once_per_run"),
        ("code: {approval: true}\n", "code.approval", "is True; there are: always"),
        ("approve_tools: {calculate: maybe}\n", "approve_tools.calculate", "there are: always, never"),
        ("approve_tools: {calculate: [always]}\n", "approve_tools.calculate", "is ['always']"),
        ("approve_tools: {calc: always}\n", "approve_tools.calc", "no agent of the team has the tool 'calc'"),
        ("approve_tools: [calc]\n", "approve_tools[0]", "no agent of the team has the tool 'calc'"),
        ("approve_tools: calculate\n", "approve_tools", "must be a list or a mapping, not text"),
        ("approve_tools: [{calculate: always}]\n", "approve_tools[0]", "must be text, not a mapping"),
    ],
)
def test_what_is_no_policy_is_refused_with_the_place_and_the_words(
    more: str, key: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(TeamFileError) as raised:
        loaded(tmp_path, more)

    assert raised.value.key == key
    assert words in str(raised.value)
    assert {error.key for error in mistakes_in(tmp_path / "sums.yaml")} == {key}


def test_limits_are_those_that_were_pinned_also_where_a_later_version_knows_more(tmp_path: Path) -> None:
    pinned = pins.pin(loaded(tmp_path, "code: {timeout: 9, memory_mb: 128}\n"), replay_version=1)
    old = {"team": {**pinned["team"], "code": {"enabled": True, "approval": "always", "timeout": 9, "memory_mb": 128}}}

    assert pins.limits_of(old) == {"timeout": 9, "memory_mb": 128}
    assert {"timeout": 9, "memory_mb": 128}.items() <= pins.limits_of(pinned).items()
    assert not {"enabled", "approval"} & pins.limits_of(pinned).keys()
    assert pins.limits_of({}) == {}
