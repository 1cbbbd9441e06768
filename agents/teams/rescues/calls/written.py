"""Finds the tool calls that a model wrote as its answer, as JSON, in tags or as Python, and makes them real. Pure.

Only where the text is nothing but calls, or one line that announces them and then the calls up to its end. A text
that says more speaks of a call: it quotes, explains or warns.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.teams.rescues.calls.checked import functions_of
from agents.teams.rescues.calls.heard import repeats, stands_in
from agents.teams.rescues.calls.leads import announces
from agents.teams.rescues.calls.loose import Unreadable, python_calls, value_in
from agents.teams.rescues.calls.shapes import called, unclear
from agents.teams.rescues.endings import is_only

_MARKS = re.compile(r"<\|(?:python_tag|tool_calls?|eom_id|im_end)\|>|\[/?TOOL_CALLS\]")
"""What templates of models put around calls and servers leave in the text."""
_AROUND = re.compile(
    r"<(?P<kind>tool_calls?|tools|function_?calls?)>\s*(?P<tagged>.*?)\s*(?:</(?P=kind)>|\Z)"
    r"|<function=(?P<name>[\w.-]+)>\s*(?P<named>.*?)\s*(?:</function>|\Z)"
    r"|```[ \t]*(?P<label>[\w+-]*)[ \t]*\n(?P<fenced>.*?)(?:^[ \t]*```[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_LABELS = ("", "json", "xml", "tool_call", "tool_calls", "tool_code")
_PYTHON = ("python", "py")
"""Labels of what is a program where anything at all stands before it."""
_BETWEEN = re.compile(r"[\s,;]*")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.DOTALL)
TIMES = 3
"""How often a model writes the same call until it plainly only repeats itself."""
MOST = 5
"""Calls of one answer: who writes more does not wait for what they return."""

Tools = Mapping[str, Mapping[str, Any]]
_Call = dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Tool calls in OpenAI's shape, and what the text says beside them."""

    calls: list[dict[str, Any]]
    """All of them where they differ and are few; the first alone where a model writes on and on."""
    text: str
    endless: bool = False
    """Whether the text only writes calls on and on: the same one, or one after another without waiting."""
    doubt: str = ""
    """A sentence for the model, where the text is nothing but a call and no offered tool can be called so."""


def from_text(
    text: str,
    offered: Sequence[dict[str, Any]],
    seed: str,
    told: Sequence[Mapping[str, Any]] = (),
    *,
    word: str = "",
) -> Found:
    """Return the calls of offered tools that a text makes.

    Args:
        text: The answer.
        offered: The tools.
        seed: The ids are made from it; it must differ from call to call.
        told: The messages that the model was told: a call that stands in one is quoted, and not made.
        word: The team's termination word, which may follow on a line of its own.
    """
    tools = functions_of(offered)
    if not tools or not any(mark in text for mark in "{(<["):
        return Found([], text)
    whole = _without_end(_MARKS.sub("\n", text).strip(), word)
    line, _, rest = whole.partition("\n")
    for lead, body in (("", whole), (line.strip(), rest.strip())):
        if body and (not lead or announces(lead)) and (reading := _Reading(tools, led=bool(lead)).read(body)):
            return _found(reading, lead, text, seed, told)
    doubt = unclear(_inside(whole), tools)
    return Found([], text, doubt="" if doubt and stands_in(whole, told) else doubt)


def _found(reading: _Reading, lead: str, text: str, seed: str, told: Sequence[Mapping[str, Any]]) -> Found:
    calls = [call for call, _ in reading.made]
    same = len({(call["name"], call["arguments"]) for call in calls}) < len(calls)
    many = len(calls) > MOST
    # Many that differ, below an announcement, are rather what was asked for: data.
    if (lead and many and not same) or any(repeats(call, source, told) for call, source in reading.made):
        return Found([], text)
    endless = many or any(calls.count(call) >= TIMES for call in calls)
    return Found(_with_ids(calls[:1] if same or many or reading.cut else calls, seed), lead, endless)


class _Reading:
    """Reads a text that is nothing but calls."""

    def __init__(self, tools: Tools, *, led: bool) -> None:
        """Begin; `led`: something stands before the calls."""
        self._tools = tools
        self._led = led
        self.made: list[tuple[_Call, str]] = []
        """The calls, each with the text that it was read from."""
        self.cut = False
        """Whether the text broke off within a further one."""

    def read(self, body: str) -> _Reading | None:
        """Return this when the whole text is calls, or None."""
        try:
            self._take(body)
        except Unreadable:
            return None
        return self if self.made else None

    def _take(self, text: str, label: str = "") -> None:
        """Take the calls of a text, one after the other, whatever stands around each."""
        plain = text.strip() if text.lstrip().startswith("```") else text.strip(" \t\n`")
        if plain[:1] not in ("{", "[", "<", "`"):
            self._take_python(plain, label)
            return
        at = 0
        while at < len(plain):
            at = self._take_next(plain, at)
            at = _BETWEEN.match(plain, at).end()  # type: ignore[union-attr] # It matches everywhere.

    def _take_next(self, text: str, at: int) -> int:
        if around := _AROUND.match(text, at):
            self._take_around(around, open_=around.end() == len(text))
            return around.end()
        if text[at] not in "{[":
            raise Unreadable
        end = _extent(text, at)
        piece = text[at:end]
        try:
            self._add(called(_value(piece), self._tools), piece)
        except _NotOneError:
            raise
        except Unreadable:
            if end is not None or not self.made:
                raise
            self.cut = True
        return len(text) if end is None else end

    def _take_around(self, around: re.Match[str], *, open_: bool) -> None:
        label = around["label"] or ""
        if label.casefold() not in (_LABELS if self._led else _LABELS + _PYTHON):
            raise Unreadable
        try:
            if around["name"]:
                arguments = _value(around["named"] or "{}")
                self._add(called({"name": around["name"], "arguments": arguments}, self._tools), around[0])
            else:
                self._take(around["tagged"] or around["fenced"] or "", label.casefold())
        except _NotOneError:
            raise
        except Unreadable:
            if not open_ or not self.made:
                raise
            self.cut = True

    def _take_python(self, text: str, label: str) -> None:
        order = {name: list(schema.get("properties") or ()) for name, schema in self._tools.items()}
        calls = python_calls(text, order, printed=label == "tool_code")
        self._add([{"name": name, "arguments": json.dumps(given, ensure_ascii=False)} for name, given in calls], text)

    def _add(self, calls: Sequence[_Call], source: str) -> None:
        if not calls:
            raise _NotOneError
        self.made += [(call, source) for call in calls]


class _NotOneError(Unreadable):
    """The text can be read, and is no call."""


def _extent(text: str, start: int) -> int | None:
    """Return where the brackets that open at this place are closed; None: they are not."""
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
    return None


def _value(text: str) -> Any:
    """Return the value of a piece of JSON, also between doubled braces, as templates of prompts write them."""
    try:
        return value_in(text)
    except Unreadable:
        if text.startswith("{{") and text.endswith("}}"):
            return value_in(text[1:-1])
        raise


def _without_end(text: str, word: str) -> str:
    """Leave out a last line that is nothing but the team's word: calls that stand before it are to be made."""
    before, _, last = text.rpartition("\n")
    return before.rstrip() if before and is_only(last, word) else text


def _inside(text: str) -> str:
    """Return what stands between the fence or the tags that are all of a text."""
    match = _AROUND.fullmatch(text)
    inner = match["tagged"] or match["fenced"] or "" if match else text
    return inner.strip(" \t\n`")


def _with_ids(calls: Iterable[_Call], seed: str) -> list[dict[str, Any]]:
    made = []
    for at, call in enumerate(calls):
        digest = hashlib.sha256(f"{seed}\0{at}\0{call}".encode()).hexdigest()
        made.append({"id": f"call_{digest[:24]}", "type": "function", "function": call})
    return made
