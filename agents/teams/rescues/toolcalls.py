"""Finds tool calls that a model wrote into its text, as bare or fenced JSON, and makes real ones of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_TAGGED = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|\Z)", re.DOTALL)
_FENCED = re.compile(
    r"^[ \t]*```[ \t]*(?:json|tool_call|tool_code|)[ \t]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_LINE = re.compile(r"^[ \t]*(?=[\[{])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """Tool calls in OpenAI's shape, and what the text says beside them."""

    calls: list[dict[str, Any]]
    text: str


def from_text(text: str, offered: Sequence[dict[str, Any]], seed: str) -> Found:
    """Return the calls of offered tools that stand in a text.

    JSON that names no offered tool is left where it is: it may be the answer. The ids are made from `seed`,
    which must differ from call to call.
    """
    names = {tool.get("function", {}).get("name") for tool in offered}
    if not names or "{" not in text:
        return Found([], text)
    for spans in (_tagged(text), _fenced(text), _bare(text)):
        taken = [(start, end, calls) for start, end, value in spans if (calls := _calls(value, names))]
        if taken:
            return Found(_with_ids([call for *_, calls in taken for call in calls], seed), _without(text, taken))
    return Found([], text)


def _tagged(text: str) -> Iterator[tuple[int, int, Any]]:
    for match in _TAGGED.finditer(text):
        yield match.start(), match.end(), _json(match[1])


def _fenced(text: str) -> Iterator[tuple[int, int, Any]]:
    for match in _FENCED.finditer(text):
        yield match.start(), match.end(), _json(match[1])


def _bare(text: str) -> Iterator[tuple[int, int, Any]]:
    """Find JSON that begins a line."""
    end = 0
    for match in _LINE.finditer(text):
        if match.end() < end:
            continue
        try:
            value, end = json.JSONDecoder().raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        yield match.start(), end, value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return [value for *_, value in _bare(text)]


def _calls(value: Any, names: set[Any]) -> list[dict[str, str]]:
    """Return the calls that a JSON value is, or nothing when any part of it is something else."""
    values = value if isinstance(value, list) else [value]
    calls = [_call(item, names) for item in values]
    return [call for call in calls if call] if calls and all(calls) else []


def _call(value: Any, names: set[Any]) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    inner = value.get("function")
    body = inner if isinstance(inner, dict) else value
    name = body.get("name") or body.get("tool") or (inner if isinstance(inner, str) else None)
    arguments = body.get("arguments", body.get("parameters", body.get("args")))
    if isinstance(arguments, str):
        arguments = _json(arguments or "{}")
    if name not in names or not isinstance(arguments, dict):
        return None
    return {"name": str(name), "arguments": json.dumps(arguments, ensure_ascii=False)}


def _with_ids(calls: list[dict[str, str]], seed: str) -> list[dict[str, Any]]:
    made = []
    for at, call in enumerate(calls):
        digest = hashlib.sha256(f"{seed}\0{at}\0{call}".encode()).hexdigest()
        made.append({"id": f"call_{digest[:24]}", "type": "function", "function": call})
    return made


def _without(text: str, taken: Sequence[tuple[int, int, Any]]) -> str:
    kept, at = [], 0
    for start, end, _ in taken:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]).strip()
