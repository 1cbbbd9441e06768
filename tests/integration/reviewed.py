"""A team whose code runs only when a person has approved it, and what its scripted model says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCRIPTS_AT = f"{__name__}:SCRIPTS"
TEAM = "reviewed"
_FILE = """\
name: reviewed
kind: two_agent
agents:
  coder:
    instructions: Write a Python program.
    model: code
  reviewer:
    human: true
    human_input_mode: ALWAYS
    code: true
code:
  approval: always
may_answer: ["{person}"]
"""
PRIMES = "Here it is:\n```python\nprint(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])\n```"
PLAN = (
    "I will write a small Python program that tests each number for divisors, one after the other, and prints those "
    "that have none. Before I begin I need to know one thing: up to which number are the primes wanted, and may the "
    "program print them on one line?"
)
LINES = [PLAN, PRIMES, "The program has run and printed the primes."]
PRINTED = "2 3 5 7 11 13 17 19 23 29"


def coder(messages: list[dict[str, Any]]) -> str:
    """Plan, then write the program, then say that it ran."""
    spoken = sum(str(message["role"]) == "assistant" for message in messages)
    return LINES[min(spoken, len(LINES) - 1)]


SCRIPTS = {"m": {"_any": coder}}


def write_team(home: Path, *, person: str) -> None:
    """Write the team's file where the command looks for teams; only this person may answer it."""
    (home / "teams").mkdir(exist_ok=True)
    (home / "teams" / f"{TEAM}.yaml").write_text(_FILE.format(person=person), "utf-8")
