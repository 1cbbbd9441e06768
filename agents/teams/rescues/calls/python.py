"""Reads calls as Python makes them, such as `get_weather(city="Paris")`. Pure."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping, Sequence

from agents.teams.rescues.calls.names import Tools
from agents.teams.rescues.calls.values import NO_PYTHON, Unreadable, as_json, literal

_LONGEST = 8_000
"""Characters that are read: a call of a tool is short."""
_SPACES = ("functions", "tools", "default_api")
"""What models take the tools for parts of."""


def python_calls(text: str, tools: Tools, *, printed: bool = False) -> list[dict[str, str]]:
    """Return the calls that a text consists of; nothing when it is more than that, such as a comment that explains.

    Args:
        text: What may be Python.
        tools: The schemas of the tools' parameters, which stand in their order.
        printed: Whether each call may stand within a `print`.
    """
    if len(text) > _LONGEST or "(" not in text:
        return []
    order = {name: list(schema.get("properties") or ()) for name, schema in tools.items()}
    try:
        # On the loop's thread only: CPython 3.11 counts a parser's depth for all threads together.
        body = ast.parse(text.strip()).body
        if _has_comment(text.strip()):
            return []
        return [_call(statement, order, printed=printed) for statement in body]
    except (*NO_PYTHON, tokenize.TokenError, Unreadable):
        return []


def _has_comment(text: str) -> bool:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline) if "#" in text else ()
    return any(token.type == tokenize.COMMENT for token in tokens)


def _call(statement: ast.stmt, order: Mapping[str, Sequence[str]], *, printed: bool) -> dict[str, str]:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if printed and isinstance(call, ast.Call) and _name(call.func) == "print" and len(call.args) == 1:
        call = call.args[0]
    if not isinstance(call, ast.Call):
        raise Unreadable
    name = _name(call.func)
    if name not in order or len(call.args) > len(order[name]):
        raise Unreadable
    arguments = {known: literal(given) for known, given in zip(order[name], call.args, strict=False)}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in arguments:
            raise Unreadable
        arguments[keyword.arg] = literal(keyword.value)
    return {"name": name, "arguments": as_json(arguments)}


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=space), attr=name) if space in _SPACES:
            return name
    raise Unreadable
