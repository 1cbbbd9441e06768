"""Calls that go round: one that is written again and again, or whose result is there already. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from agents.content import text_of
from agents.models.port import ModelCall
from agents.teams.rescues.calls.written import from_text
from agents.teams.rescues.endless import tail_of_repeats, without_repeats

EVERY = 200
"""Characters of an answer between two looks at it while it arrives."""
_LONG = 3_000
"""Characters that an answer may say again before it is ended; data and drawings have many equal lines, too."""


def goes_on_without_end(text: str, call: ModelCall) -> bool:
    """Return whether what arrives only repeats itself by now: the same call in the text, or the same lines for long."""
    if len(text) - len(without_repeats(text)) >= _LONG or tail_of_repeats(text) is not None:
        return True
    return bool(call.tools) and from_text(text, call.tools, "", call.messages).endless


def known_results(calls: Sequence[dict[str, Any]], messages: Sequence[dict[str, Any]]) -> list[str]:
    """Return what these calls have returned since a person last spoke, or nothing where one of them is new."""
    asked: dict[str, tuple[str, str]] = {}
    results: dict[tuple[str, str], str] = {}
    for message in messages:
        if message.get("role") == "user":
            asked, results = {}, {}
        asked |= {str(made.get("id")): _asked(made) for made in message.get("tool_calls") or ()}
        if message.get("role") == "tool" and (made := asked.get(str(message.get("tool_call_id")))):
            results[made] = text_of(message.get("content"))
    wanted = [_asked(made) for made in calls]
    return [results[made] for made in dict.fromkeys(wanted)] if all(made in results for made in wanted) else []


def _asked(made: dict[str, Any]) -> tuple[str, str]:
    """Return the name and the arguments of a call, however these are spaced."""
    function = made.get("function") or {}
    try:
        arguments = json.dumps(json.loads(function.get("arguments") or "{}"), sort_keys=True)
    except (ValueError, TypeError, RecursionError):
        arguments = str(function.get("arguments"))
    return str(function.get("name")), arguments
