from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.terminal.screen import Screen
from tests.integration.terminal.threadfast import Threadfast

pytestmark = pytest.mark.timeout(300)

WRONG = """\
name: Desk
kind: patern
contxt: {tries: 0}
agents:
  person: {human: yes please}
  triage:
    tools: [calculator]
    handoffs:
      - {to: tecs, when: broken}
      - {to: tech, if: "${tries} > 1"}
  tech: {top_p: 4, max_tokens: 3.0}
"""
OWN = """\
name: a-team-with-a-name-of-thirty-nine-letters
kind: two_agent
agents: {writer: {}, person: {human: true}}
"""


@pytest.fixture
def threadfast(tmp_path: Path) -> Threadfast:
    return Threadfast("http://127.0.0.1:9", tmp_path)


def test_check_names_everything_that_is_wrong_line_by_line(threadfast: Threadfast, tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(WRONG, "utf-8")

    checked = threadfast.run("teams", "check", "desk.yaml")

    assert (checked.returncode, checked.stdout) == (1, "")
    assert [line.split(": ")[:2] for line in checked.stderr.splitlines()] == [
        ["desk.yaml:1", "name"],
        ["desk.yaml:2", "kind"],
        ["desk.yaml:3", "contxt"],
        ["desk.yaml:5", "agents.person.human"],
        ["desk.yaml:7", "agents.triage.tools[0]"],
        ["desk.yaml:9", "agents.triage.handoffs[0].to"],
        ["desk.yaml:11", "agents.tech.top_p"],
        ["desk.yaml:11", "agents.tech.max_tokens"],
    ]


def test_check_says_that_a_good_file_is_right(threadfast: Threadfast, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")

    checked = threadfast.run("teams", "check", "own.yaml")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("ok: team a-team-with-")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_list_of_teams_reads_well_in_every_width(threadfast: Threadfast, tmp_path: Path, columns: int) -> None:
    folder = tmp_path / "teams"
    folder.mkdir()
    (folder / "own.yaml").write_text(OWN, "utf-8")
    threadfast.settings["THREADFAST_TEAMS_FOLDER"] = str(folder)

    with Screen(threadfast, "teams", columns=columns, rows=60) as screen:
        status = screen.see_the_end()

    lines = screen.text.splitlines()
    assert status == 0
    # Every team begins a line with its whole name; what it does has at least half of the line.
    assert {"coder", "coder-reviewed", "panel", "solo"} <= {line.split(" ")[0] for line in lines}
    assert lines[0].index("what it does") <= columns // 2
    assert "agents: writer, person" in screen.text
    # No word is broken but the long name and the path.
    said = re.sub(r"\s+", " ", " ".join(line[lines[0].index("what it does") :] for line in lines))
    assert "A coder writes a program, the user proxy runs it in the sandbox, until the task is done." in said
    assert "agents: person, planner, researcher, critic from: preset" in said
