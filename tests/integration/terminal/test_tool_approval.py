from __future__ import annotations

import pytest

from tests.integration.terminal.threadfast import Threadfast, last_lines, thread_in

pytestmark = pytest.mark.timeout(300)
TEAM = """\
name: sums
kind: two_agent
agents:
  assistant:
    instructions: Work out what is asked.
    tools: [calculate]
  person:
    human: true
    human_input_mode: TERMINATE
approve_tools: [calculate]
"""


@pytest.fixture
def sums(threadfast: Threadfast) -> Threadfast:
    """Threadfast with a team whose model calls two tools in one message."""
    (threadfast.home / "teams").mkdir()
    (threadfast.home / "teams" / "sums.yaml").write_text(TEAM, "utf-8")
    return threadfast


BOTH = [
    'assistant: called calculate({"expression": "2 + 2"})',
    "4",
    'assistant: called calculate({"expression": "3 * 3"}), which failed',
    "Denied by the human: too hard",
]


def test_two_tool_calls_are_one_card_decided_call_by_call(sums: Threadfast) -> None:
    said = ("chat", "--team", "sums", "--say", "two sums")

    done = sums.run(*said, "--answer", "approve 1", "--answer", "reject 2 too hard", "--answer", "exit")

    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted([*BOTH, "assistant: TERMINATE"])
    assert "1 of 2 decided. The rest is open." in done.stderr
    assert "1 approved, 1 rejected" in done.stderr


def test_nothing_runs_while_a_call_is_undecided_also_in_a_new_process(sums: Threadfast) -> None:
    half = sums.run("chat", "--team", "sums", "--say", "two sums", "--answer", "approve 1")
    thread = thread_in(half.stdout)
    asked = sums.asked()

    done = sums.run("chat", "--thread", thread, "--answer", "reject 2 too hard")

    assert half.returncode == 3, half.stderr
    assert half.stdout.startswith("1. tool, calculate (sha256 ")
    assert last_lines(half.stdout, 2) == [f"thread: {thread}", "1 of 2 decided. The rest is open."]
    assert done.returncode == 3, done.stderr
    assert set(BOTH) <= set(done.stdout.splitlines())
    assert sums.asked() == asked + 1
