"""Finds tool calls that a model wrote into its text, as JSON, in tags or as Python, and makes them real. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.teams.rescues.calls.checked import functions_of
from agents.teams.rescues.calls.loose import Unreadable, python_calls, value_in
from agents.teams.rescues.calls.shapes import called, unclear

_MARKS = re.compile(r"<\|(?:python_tag|tool_calls?|eom_id|im_end)\|>|\[/?TOOL_CALLS\]")
"""What templates of models put around calls and servers leave in the text."""
_TAGGED = re.compile(r"<(tool_calls?|tools|function_?calls?)>\s*(.*?)\s*(?:</\1>|\Z)", re.DOTALL)
_NAMED_TAG = re.compile(r"<function=([\w.-]+)>\s*(.*?)\s*(?:</function>|\Z)", re.DOTALL)
_FENCED = re.compile(
    r"^[ \t]*```[ \t]*(?:json|xml|python|py|tool_calls?|tool_code|)[ \t]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_ANY_FENCE = re.compile(r"^[ \t]*```.*?(?:^[ \t]*```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_SPOKEN = re.compile(r"^.*\S.*$", re.MULTILINE)
_LINE = re.compile(r"^[ \t]*`{0,2}(?=[\[{])", re.MULTILINE)
_ACTION = re.compile(r"^Action:[ \t]*([\w.-]+)[ \t]*\n+Action Input:[ \t]*(.+)", re.MULTILINE | re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.DOTALL)
_UNCLOSED = 10
"""Places of a text at which JSON is looked for that goes on to its end: each is read up to there."""
_EDGES = " \t\n`"

Span = tuple[int, int, list[dict[str, str]]]
Tools = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """Tool calls in OpenAI's shape, and what the text says beside them."""

    calls: list[dict[str, Any]]
    text: str
    before: str = ""
    """What the text says before the first of them."""
    times: int = 0
    """How often the one that is written most often stands there."""
    places: int = 0
    """At how many places of the text there are some."""
    doubt: str = ""
    """A sentence for the model, where the text is nothing but a call and no offered tool can be called so."""


def from_text(text: str, offered: Sequence[dict[str, Any]], seed: str) -> Found:
    """Return the calls of offered tools that stand in a text.

    JSON that names no offered tool is left where it is: it may be the answer. The ids are made from `seed`,
    which must differ from call to call.
    """
    tools = functions_of(offered)
    if not tools or not any(mark in text for mark in "{(<["):
        return Found([], text)
    plain = _MARKS.sub("\n", text)
    for find in _WAYS:
        taken = [span for span in find(plain, tools) if span[2]]
        if taken:
            once = [call for at, (*_, calls) in enumerate(taken) if not _again(taken, at) for call in calls]
            times = max(sum(calls == each for *_, each in taken) for *_, calls in taken)
            before = plain[: min(start for start, *_ in taken)].strip()
            return Found(_with_ids(once, seed), _without(plain, taken), before, times, len(taken))
    return Found([], text, doubt=unclear(_inside(plain), tools))


def _again(taken: Sequence[Span], at: int) -> bool:
    """Whether the text writes once more what it has written before: a model that repeats itself means it once."""
    return any(calls == taken[at][2] for *_, calls in taken[:at])


def _tagged(text: str, tools: Tools) -> Iterator[Span]:
    for match in _TAGGED.finditer(text):
        yield match.start(), match.end(), _calls_in(match[2], tools)
    for match in _NAMED_TAG.finditer(text):
        yield match.start(), match.end(), _named(match[1], match[2], tools)


def _fenced(text: str, tools: Tools) -> Iterator[Span]:
    for match in _FENCED.finditer(text):
        yield match.start(), match.end(), _calls_in(match[1], tools)


def _action(text: str, tools: Tools) -> Iterator[Span]:
    for match in _ACTION.finditer(text):
        yield match.start(), match.end(), _named(match[1], match[2], tools)


def _named(name: str, arguments: str, tools: Tools) -> list[dict[str, str]]:
    try:
        return called({"name": name, "arguments": value_in(arguments or "{}")}, tools)
    except Unreadable:
        return []


def _bare(text: str, tools: Tools) -> Iterator[Span]:
    """Find JSON that begins a line."""
    end, unclosed = 0, 0
    for match in _LINE.finditer(text):
        if match.end() < end:
            continue
        stop = _extent(text, match.end())
        unclosed += stop == len(text)
        if unclosed > _UNCLOSED:
            return
        try:
            calls = called(value_in(text[match.end() : stop]), tools)
        except Unreadable:
            continue
        if calls:
            end = stop
            yield match.start(), _past(text, stop), calls


def _extent(text: str, start: int) -> int:
    """Return where the brackets that open at this place are closed, or the end of the text."""
    depth, at = 0, start
    while at < len(text):
        mark = text[at]
        if mark in "\"'" and (string := _STRING.match(text, at)):
            at = string.end()
            continue
        depth += (mark in "{[") - (mark in "}]")
        at += 1
        if not depth:
            return at
    return len(text)


def _past(text: str, at: int) -> int:
    while text[at : at + 1] == "`":
        at += 1
    return at


def _python(text: str, tools: Tools) -> Iterator[Span]:
    """Find a call as Python makes it: the whole text, or its first or last line."""
    fences = [range(*match.span()) for match in _ANY_FENCE.finditer(text)]
    lines = [line for line in _SPOKEN.finditer(text) if not any(line.start() in fence for fence in fences)]
    places = [(0, len(text))] + [(line.start(), line.end()) for line in (lines[-1:] + lines[:1])]
    for start, end in places:
        if calls := _as_python(text[start:end], tools):
            yield start, end, calls
            return


_WAYS: tuple[Callable[[str, Tools], Iterable[Span]], ...] = (_tagged, _fenced, _bare, _action, _python)


def _calls_in(text: str, tools: Tools) -> list[dict[str, str]]:
    """Return the calls that a text between tags or fences is, or nothing when any part of it is something else."""
    try:
        return called(value_in(text), tools)
    except Unreadable:
        spans = list(_bare(text, tools))
        if spans and not _without(text, spans).strip(" ,;\n"):
            return [call for *_, calls in spans for call in calls]
        return _as_python(text, tools)


def _as_python(text: str, tools: Tools) -> list[dict[str, str]]:
    order = {name: list(schema.get("properties") or ()) for name, schema in tools.items()}
    return [_function(name, arguments) for name, arguments in python_calls(text.strip(_EDGES), order)]


def _inside(text: str) -> str:
    """Return what stands between the fence or the tags that are all of a text."""
    for pattern, group in ((_TAGGED, 2), (_FENCED, 1)):
        if match := pattern.fullmatch(text.strip()):
            return match[group].strip(_EDGES)
    return text.strip(_EDGES)


def _function(name: str, arguments: Any) -> dict[str, str]:
    return {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}


def _with_ids(calls: list[dict[str, str]], seed: str) -> list[dict[str, Any]]:
    made = []
    for at, call in enumerate(calls):
        digest = hashlib.sha256(f"{seed}\0{at}\0{call}".encode()).hexdigest()
        made.append({"id": f"call_{digest[:24]}", "type": "function", "function": call})
    return made


def _without(text: str, taken: Sequence[Span]) -> str:
    kept, at = [], 0
    for start, end, _ in sorted(taken, key=lambda span: span[0]):
        kept.append(text[at:start])
        at = max(at, end)
    left = "".join([*kept, text[at:]]).strip()
    # Marks that stood between them are nothing that is said.
    return left if re.search(r"\w", left) else ""
