"""Reads values and calls that are written almost right: JSON as Python writes it, and calls as Python makes them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.DOTALL)
_WORDS = {"True": "true", "False": "false", "None": "null"}
_WORD = re.compile(r"(?<![\w.])(True|False|None)(?![\w.])")
_KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*)(\s*:)")
_LAST_COMMA = re.compile(r",(\s*)(?=[}\]])")
_CLOSING = {"{": "}", "[": "]"}
_LONGEST = 8_000
"""Characters that are read as Python: a call of a tool is short."""
_LITERALS = {"true": True, "false": False, "null": None}
_SPACES = ("functions", "tools", "default_api")
"""What models take the tools for parts of."""

Call = tuple[str, dict[str, Any]]


class Unreadable(Exception):  # noqa: N818 - never leaves this package: it stands for a value that is none
    """The text is no value, or could be several."""


def value_in(text: str) -> Any:
    """Return the value that a text is, also with single quotes, Python's words, bare keys, or without its last marks.

    Raises:
        Unreadable: It is none, or breaks off within a word.
    """
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_in_json(text.strip()), strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def object_in(text: str) -> dict[str, Any] | None:
    """Return the object that a text is, or None."""
    try:
        value = value_in(text)
    except Unreadable:
        return None
    return value if isinstance(value, dict) else None


def _in_json(text: str) -> str:
    pieces, open_marks = [], list[str]()
    for is_string, piece in _pieces(text):
        if is_string:
            pieces.append(_string(piece))
            continue
        if '"' in piece or "'" in piece:
            raise ValueError("a word has no end")
        _count(piece, open_marks)
        plain = _WORD.sub(lambda found: _WORDS[found[1]], piece)
        pieces.append(_KEY.sub(r'\1"\2"\3', plain))
    joined = "".join(piece if piece.startswith('"') else _LAST_COMMA.sub(r"\1", piece) for piece in pieces)
    if open_marks and joined[-1:].isalnum():
        raise ValueError("a number or word may go on")
    return joined.rstrip(", \n") + "".join(_CLOSING[mark] for mark in reversed(open_marks))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Give what stands between quotes, and what stands between that."""
    at = 0
    for found in _STRING.finditer(text):
        yield False, text[at : found.start()]
        yield True, found[0]
        at = found.end()
    yield False, text[at:]


def _string(quoted: str) -> str:
    if quoted[0] == '"':
        return quoted
    inner = quoted[1:-1].replace("\\'", "'")
    return '"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"'


def _count(piece: str, open_marks: list[str]) -> None:
    for mark in piece:
        if mark in _CLOSING:
            open_marks.append(mark)
        elif mark in "}]" and open_marks:
            open_marks.pop()


def python_calls(text: str, offered: Mapping[str, Sequence[str]], *, printed: bool = False) -> list[Call]:
    """Return the calls that a text consists of, such as `get_weather(city="Paris")`; nothing when it is more than that.

    Args:
        text: What may be Python.
        offered: The tools, each with the names of its parameters in order.
        printed: Whether each may stand within a `print`.
    """
    if len(text) > _LONGEST or "(" not in text:
        return []
    try:
        # On the loop's thread only: CPython 3.11 counts a parser's depth for all threads together.
        body = ast.parse(text.strip()).body
        return [_call(statement, offered, printed=printed) for statement in body]
    except (SyntaxError, ValueError, RecursionError, MemoryError, Unreadable):
        return []


def _call(statement: ast.stmt, offered: Mapping[str, Sequence[str]], *, printed: bool) -> Call:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if printed and isinstance(call, ast.Call) and _name(call.func) == "print" and len(call.args) == 1:
        call = call.args[0]
    if not isinstance(call, ast.Call):
        raise Unreadable
    name = _name(call.func)
    if name not in offered or len(call.args) > len(offered[name]):
        raise Unreadable
    arguments = {known: _literal(given) for known, given in zip(offered[name], call.args, strict=False)}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in arguments:
            raise Unreadable
        arguments[keyword.arg] = _literal(keyword.value)
    return name, arguments


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=space), attr=name) if space in _SPACES:
            return name
    raise Unreadable


def _literal(given: ast.expr) -> Any:
    if isinstance(given, ast.Name) and given.id in _LITERALS:
        return _LITERALS[given.id]
    value = ast.literal_eval(given)
    json.dumps(value)  # A set or bytes is no argument of a tool.
    return value
