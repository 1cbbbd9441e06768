"""Which agent an answer of the speaker selection names: small models write more, or write it differently."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_MARKS = " \t\r\n*_`'\"“”.,;:!?()[]{}<>#@-"


def named_speakers(text: str, names: Sequence[str]) -> dict[str, int]:
    """Count how often each agent is named, in any case.

    A first line that is nothing but a name, or begins with one and a colon, decides alone.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    for part in (first, first.partition(":")[0], first.partition(":")[2]):
        for name in names:
            if _same(part.strip(_MARKS), name):
                return {name: 1}
    counts = {name: len(_pattern(name).findall(text)) for name in names}
    return {name: count for name, count in counts.items() if count}


_ASCII = "[A-Za-z0-9_-]"
_NEXT = r"(?:next|choose|select|选择|选|下一[位个])[^.。\n]{0,40}?"
"""What stands before the name that is meant, where several are named."""


def chosen_speaker(text: str, names: Sequence[str]) -> str | None:
    """Return the one agent that an answer chooses, also within JSON, Chinese words or several sentences; else None."""
    for found in (list(named_speakers(text, names)), _in_json(text, names), _apart(text, names), _last(text, names)):
        if len(found) == 1:
            return found[0]
    return None


def _in_json(text: str, names: Sequence[str]) -> list[str]:
    try:
        value = json.loads(text[text.index("{") : text.rindex("}") + 1])
    except (ValueError, RecursionError):
        return []
    said = [given for given in value.values() if isinstance(given, str)] if isinstance(value, dict) else []
    return [name for name in names if any(_same(given.strip(_MARKS), name) for given in said)]


def _apart(text: str, names: Sequence[str]) -> list[str]:
    """Return who is named where words are not set apart by spaces: 下一位是critic."""
    return [name for name in names if _pattern(name, _ASCII).search(text)]


def _last(text: str, names: Sequence[str]) -> list[str]:
    """Return who is named first after a word such as `next`, or else on the last line."""
    after = {name: re.search(_NEXT + _pattern(name, _ASCII).pattern, text, re.I) for name in names}
    ends = {name: found.end() for name, found in after.items() if found}
    if ends:
        return [name for name, end in ends.items() if end == min(ends.values())]
    lines = [line for line in text.splitlines() if line.strip()]
    return _apart(lines[-1], names) if lines else []


def _same(text: str, name: str) -> bool:
    return text.casefold().replace(" ", "_").replace("\\_", "_") == name.casefold().replace(" ", "_")


def _pattern(name: str, letter: str = r"[\w-]") -> re.Pattern[str]:
    spelled = re.escape(name).replace("_", r"(?:_|\\_|[ ])")
    return re.compile(rf"(?<!{letter}){spelled}(?!{letter})", re.IGNORECASE)
