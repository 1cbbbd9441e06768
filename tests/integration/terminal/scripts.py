"""What the scripted model says in the terminal's tests."""

from __future__ import annotations

from typing import Any

PRIMES = "Here it is:\n```python\nprint(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])\n```"
CODER = [PRIMES, "It works. TERMINATE"]
ASSISTANT = ["Day 1: Harbin.\nDay 2: Beijing.", "Shorter: stay in Beijing."]
LONG = " ".join(f"word{n}" for n in range(400))


WRITES = "```python\nwith open('trip.txt', 'w') as file:\n    file.write('Harbin')\n```"
SUMS: list[str | dict[str, Any]] = [
    {"content": "", "tool_calls": [("calculate", {"expression": "2 + 2"}), ("calculate", {"expression": "3 * 3"})]},
    "TERMINATE",
]


def reply(messages: list[dict[str, Any]]) -> str | dict[str, Any]:
    """Answer as the coder or as the assistant, by what was asked first."""
    spoken = sum(str(message["role"]) == "assistant" for message in messages)
    words = " ".join(str(message["content"]) for message in messages)
    if "a long story" in words:
        return LONG
    if "control characters" in words:
        return "red \x1b[31m and a bell \x07"
    if "two sums" in words:
        return SUMS[min(spoken, 1)]
    if "take a nap" in words:
        return {"content": "", "tool_calls": [("nap", {})]}
    if "label it wrongly" in words:
        return ["```sh\nprint(6 * 7)\n```", "Done. **terminate**"][min(spoken, 1)]
    if "only thanks" in words:
        return "Thank you! You are welcome."
    if "write a file" in words:
        return [WRITES, "TERMINATE"][min(spoken, 1)]
    lines: list[str] = CODER if "primes" in words else ASSISTANT
    return lines[min(spoken, len(lines) - 1)]


SCRIPTS = {"m": {"_any": reply}}
