"""What the scripted model says in the whole conversation."""

from __future__ import annotations

from typing import Any

PRIMES = "Here it is:\n```python\nprint(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])\n```"
PLAN = (
    "I will write a small Python program that tests each number for divisors, one after the other, and prints those "
    "that have none. Before I begin I need to know one thing: up to which number are the primes wanted, and may the "
    "program print them on one line?"
)
LINES = [PLAN, PRIMES, "The program has run and printed the primes."]


def coder(messages: list[dict[str, Any]]) -> str:
    """Plan, then write the program, then say that it ran."""
    spoken = sum(str(message["role"]) == "assistant" for message in messages)
    return LINES[min(spoken, len(LINES) - 1)]


SCRIPTS = {"m": {"_any": coder}}
