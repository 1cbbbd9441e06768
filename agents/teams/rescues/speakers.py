"""Which agent an answer of the speaker selection names: small models write more, or write it differently."""

from __future__ import annotations

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


def _same(text: str, name: str) -> bool:
    return text.casefold().replace(" ", "_").replace("\\_", "_") == name.casefold().replace(" ", "_")


def _pattern(name: str) -> re.Pattern[str]:
    spelled = re.escape(name).replace("_", r"(?:_|\\_|[ ])")
    return re.compile(rf"(?<![\w-]){spelled}(?![\w-])", re.IGNORECASE)
