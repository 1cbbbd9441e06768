"""Reads values that are written almost as JSON: as Python or a template writes them, or without their end. Pure."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

_JSON = json.JSONDecoder(strict=False)
_PART = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{}\[\]\"']|```|</", re.DOTALL)
"""Strings, brackets, quotes that open none, and what ends all that stands within it."""
_KEY = re.compile(r"\b([A-Za-z_]\w*+)(?=\s*:)")
_CLOSING = {"{": "}", "[": "]"}
_HALF = re.compile(r"[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
NO_PYTHON = (SyntaxError, ValueError, TypeError, RecursionError, MemoryError)
"""What a text raises that is no Python, or none of JSON's values."""


class Unreadable(Exception):  # noqa: N818 - never leaves this package: it stands for a value that is none
    """The text is no value, or could be several."""

    def __init__(self, *, cut: bool = False) -> None:
        super().__init__()
        self.cut = cut
        """Whether it breaks off."""


def value_in(text: str) -> Any:
    """Return the value that a text is.

    Raises:
        Unreadable: It is none, or breaks off within a word.
    """
    text = text.strip().rstrip(", \t\n")
    value, end = value_at(text, 0)
    if end != len(text):
        raise Unreadable
    return value


def object_in(text: str) -> dict[str, Any] | None:
    """Return the object that a text is, or None."""
    try:
        value = value_in(text)
    except Unreadable:
        return None
    return value if isinstance(value, dict) else None


def value_at(text: str, at: int) -> tuple[Any, int]:
    """Return the value that stands at a place, and where it ends.

    Raises:
        Unreadable: There is none, or it breaks off within a word.
    """
    try:
        return _JSON.raw_decode(text, at)
    except (ValueError, RecursionError):
        pass
    pieces, end, cut = _pieces(text, at)
    try:
        source = "".join(_string(piece) if piece[:1] in ("'", '"') else piece for piece in pieces)
        # On the loop's thread only: CPython 3.11 counts a parser's depth for all threads together.
        return literal(ast.parse(source, mode="eval").body), end
    except NO_PYTHON as error:
        raise Unreadable(cut=cut) from error


def _pieces(text: str, at: int) -> tuple[list[str], int, bool]:
    """Return the strings of a value and what is between them, with all brackets closed; where it ends; whether cut."""
    pieces, opened, end = list[str](), list[str](), len(text)
    for part in _PART.finditer(text, at):
        mark, before = part[0], text[at : part.start()]
        if mark in ("```", "</"):
            end = part.start()
            break
        if mark in ("'", '"'):
            raise Unreadable(cut=before.rstrip()[-1:] in ("", ":", ","))  # A string that breaks off, or an apostrophe.
        pieces += [_KEY.sub(r'("\1")', before), mark]
        at = part.end()
        if mark in _CLOSING:
            opened.append(_CLOSING[mark])
        elif mark in "}]":
            del opened[-1:]
        if not opened:
            return pieces, at, False
    if not opened or text[at:end].rstrip()[-1:].isalnum():
        raise Unreadable(cut=end == len(text))  # A number or word may go on.
    return [*pieces, text[at:end].rstrip(", \t\n"), *reversed(opened)], end, end == len(text)


def _string(quoted: str) -> str:
    """Return a string of JSON, or one between single quotes, as Python; in brackets, as two in a row are none."""
    if quoted[0] == "'":
        quoted = '"' + re.sub(r'(?<!\\)"', r"\"", quoted[1:-1].replace("\\'", "'")) + '"'
    return f"({json.loads(quoted, strict=False)!r})"


def as_json(value: Any) -> str:
    """Return a value as JSON; with escapes only where half a character stands in it, which no file can hold.

    Raises:
        Unreadable: It is nested too deeply, or has a number that JSON does not have.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    return json.dumps(value) if _HALF.search(text) else text


def literal(expression: ast.expr) -> Any:
    """Return the value of an expression that is one of JSON's, also with JSON's words, and between doubled braces.

    Raises:
        ValueError, TypeError, RecursionError: It is none.
    """
    match expression:
        case ast.Dict(keys=keys, values=values):
            return {_key(key): literal(value) for key, value in zip(keys, values, strict=True)}
        case ast.List(elts=values):
            return [literal(value) for value in values]
        case ast.Set(elts=[ast.Dict() as inner]):
            return literal(inner)
        case ast.Name(id=word) if word in _WORDS:
            return _WORDS[word]
    value = ast.literal_eval(expression)
    json.dumps(value)
    return value


def _key(expression: ast.expr | None) -> str:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return expression.value
    raise ValueError("a key that is no string")
