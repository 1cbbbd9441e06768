"""Finds the tool calls that a model wrote as its answer, as JSON, in tags or as Python, and makes them real. Pure.

Only where the text is nothing but calls, or one line that announces them and then the calls up to its end. A text
that says more speaks of a call: it quotes, explains or warns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from agents.teams.rescues.calls.heard import repeats, stands_in
from agents.teams.rescues.calls.leads import announces
from agents.teams.rescues.calls.names import Tools, functions_of
from agents.teams.rescues.calls.python import python_calls
from agents.teams.rescues.calls.shapes import called, unclear
from agents.teams.rescues.calls.values import Unreadable, value_at
from agents.teams.rescues.endings import is_only

_MARKS = re.compile(r"<\|(?:python_tag|tool_calls?|eom_id|im_end)\|>|\[/?TOOL_CALLS\]")
"""What templates of models put around calls and servers leave in the text."""
_TAGS = r"(?:tool_calls?|tools|function_?calls?)"
_LABELS = "json|xml|tool_calls?|tool_code"
_OPENS = {
    led: re.compile(rf"(?:<{_TAGS}>|```[ \t]*+(?i:{labels})?[ \t]*+\n|\s)*")
    for led, labels in ((True, _LABELS), (False, f"{_LABELS}|python|py"))
}
"""What may stand before a call; led: below other words, where a fence of Python is a program."""
_ENDS = re.compile(rf"(?:</(?:{_TAGS}|function)>|(?<!`)```[ \t]*+(?=\n|\Z)|[\s,;]|</?(?:tool|func)\w*\Z)*")
"""What may stand after a call, also where the mark that opens it is lost, or the last tag is half written."""
_NAMED = re.compile(r"<function=([\w.-]+)>\s*")
_CLOSES = re.compile(rf"\n[ \t]*```[ \t]*(?:\n|\Z)|</(?:{_TAGS}|function)>")
"""What ends a piece of Python."""
_BLANK = re.compile(r'"(?:<[^<>"\\]{1,60}>|\{{1,2}[^{}"\\]{1,60}\}{1,2}|\.{3}|…)"')
"""An argument that is still to be filled in: the call is an example."""
_BEGINNING = 8
"""Characters in which a further call, of which the end is missing, begins as the first one does."""
_NESTED = 4
"""Tags that stand around one call at most."""
_LAST_TAG = re.compile(r"</\w+>\Z")
TIMES = 3
"""How often a model writes the same call until it plainly only repeats itself."""
MOST = 5
"""Calls of one answer: who writes more does not wait for what they return."""

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
        if body and (not lead or announces(lead)) and (reading := _read(body, tools, led=bool(lead))):
            return _found(reading, lead, text, seed, told)
    doubt = unclear(_inside(whole), tools)
    return Found([], text, doubt="" if doubt and stands_in(whole, told) else doubt)


def _found(reading: _Reading, lead: str, text: str, seed: str, told: Sequence[Mapping[str, Any]]) -> Found:
    calls = [call for call, _ in reading.made]
    same = len({(call["name"], call["arguments"]) for call in calls}) < len(calls)
    many = len(calls) > MOST
    # Many that differ, below an announcement, are rather what was asked for: data.
    if (lead and many and not same) or any(map(_BLANK.search, {call["arguments"] for call in calls})):
        return Found([], text)
    if repeats(reading.made, told, MOST):
        return Found([], text)
    endless = many or any(calls.count(call) >= TIMES for call in calls)
    return Found(_with_ids(calls[:1] if same or many or reading.cut else calls, seed), lead, endless)


class _Reading(NamedTuple):
    """The calls that a text is nothing but."""

    made: list[tuple[_Call, str]]
    """Each with the text that it was read from."""
    cut: bool
    """Whether the text broke off within a further one."""


def _read(text: str, tools: Tools, *, led: bool) -> _Reading | None:
    """Return the calls where the whole text is calls, whatever stands around each.

    Args:
        text: What may be calls.
        tools: The tools.
        led: Whether something stands before it.
    """
    if not text.startswith("```"):
        text = text.strip("` \n")
    made: list[tuple[_Call, str]] = []
    at = 0
    while at < len(text) and (opens := _OPENS[led].match(text, at)):
        start = opens.end()
        if start == len(text):
            break
        if made and not opens[0] and text[start] not in "{[<":
            return None  # JSON may follow on a call; Python stands alone, or in a fence or tags of its own.
        try:
            calls, end = _next(text, start, tools, printed=opens[0].rstrip().endswith("tool_code"))
        except Unreadable as error:
            cut = made and error.cut and made[0][1].startswith(text[start : start + _BEGINNING])
            return _Reading(made, cut=True) if cut else None
        if not calls:
            return None
        source = text[start:end]
        made += [(call, source) for call in calls]
        at = ends.end() if (ends := _ENDS.match(text, end)) else end
    return _Reading(made, cut=False) if made else None


def _next(text: str, at: int, tools: Tools, *, printed: bool) -> tuple[list[_Call], int]:
    """Return the calls that stand at a place, none where it is something else, and where they end."""
    named = _NAMED.match(text, at)
    start = named.end() if named else at
    value, end = value_at(text, start) if text[start : start + 1] in ("{", "[") else ({}, start)
    if named:
        return called({"name": named[1], "arguments": value}, tools), end
    if end > start:
        return called(value, tools), end
    closes = _CLOSES.search(text, at)
    end = closes.start() if closes else len(text)
    return python_calls(text[at:end], tools, printed=printed), end


def _without_end(text: str, word: str) -> str:
    """Leave out a last line that is nothing but the team's word: calls that stand before it are to be made."""
    before, _, last = text.rpartition("\n")
    return before.rstrip() if before and is_only(last, word) else text


def _inside(text: str) -> str:
    """Return what stands between the fence or the tags that are around all of a text."""
    text = text.lstrip()
    if opens := _OPENS[False].match(text):
        text = text[opens.end() :].lstrip("`")
    for _ in range(_NESTED):
        text = _LAST_TAG.sub("", text.rstrip("` \n"))
    return text


def _with_ids(calls: Iterable[_Call], seed: str) -> list[dict[str, Any]]:
    made = []
    for at, call in enumerate(calls):
        digest = hashlib.sha256(f"{seed}\0{at}\0{call}".encode()).hexdigest()
        made.append({"id": f"call_{digest[:24]}", "type": "function", "function": call})
    return made
