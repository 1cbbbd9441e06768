"""Whether a model only repeats a call that it was told: by a person, a tool, a file or another agent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.content import text_of

Told = Sequence[Mapping[str, Any]]
"""The messages that a model was told."""
_OTHERS = ("user", "tool", "function")
_LOOSE = re.compile(r"[\s\\\"'`]+")
"""What differs where the same is quoted."""


def stands_in(text: str, told: Told) -> bool:
    """Return whether others have said this text."""
    return any(_plain(text) in heard for heard in _heard(told))


def repeats(call: Mapping[str, str], source: str, told: Told) -> bool:
    """Return whether others have said this call, as it is written or as any JSON.

    Args:
        call: Its name, and its arguments as JSON.
        source: The text that it was read from.
        told: What the model was told.
    """
    name, arguments = re.escape(_plain(call["name"])), re.escape(_plain(call["arguments"]))
    # Between the two stands `", "arguments": `, or only a bracket.
    json_of_it = re.compile(rf"{name}\W{{0,3}}\w{{0,12}}\W{{0,2}}{arguments}")
    return stands_in(source, told) or any(json_of_it.search(heard) for heard in _heard(told))


def _heard(told: Told) -> Iterator[str]:
    return (_plain(text_of(each.get("content"))) for each in told if each.get("role") in _OTHERS)


def _plain(text: str) -> str:
    return _LOOSE.sub("", text).casefold()
