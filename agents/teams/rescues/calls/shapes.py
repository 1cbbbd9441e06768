"""The shapes in which models write a tool call as a value. Pure."""

from __future__ import annotations

from typing import Any

from agents.teams.rescues.calls.names import Tools, meant
from agents.teams.rescues.calls.values import Unreadable, as_json, object_in, value_in

_NAMES = ("name", "tool", "tool_name", "function_name")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "kwargs", "input", "tool_input")
_BESIDE = frozenset({"type", "id"})
"""Keys that may stand beside these two; with any other it is something else that has a name."""
_OF_SCHEMAS = frozenset({"type", "required", "description", "properties", "title", "default"})
"""Keys that small models copy from a tool's schema into its arguments."""
_LISTS = ("tool_calls", "calls", "function_calls")


def called(value: Any, tools: Tools) -> list[dict[str, str]]:
    """Return the calls that a value is, or nothing when any part of it is something else.

    Raises:
        Unreadable: The arguments of one cannot be written as JSON.
    """
    if isinstance(value, dict) and len(value) == 1 and (only := next(iter(value))) in _LISTS:
        value = value[only]
    values = value if isinstance(value, list) else [value]
    calls = [_call(item, tools) for item in values]
    return [call for call in calls if call] if calls and all(calls) else []


def _call(value: Any, tools: Tools) -> dict[str, str] | None:
    name, arguments = _parts(_body(value))
    known = meant(name, tools) if isinstance(name, str) else None
    if known is None or not isinstance(arguments, dict):
        return None
    properties = tools[known].get("properties") or {}
    arguments = {key: given for key, given in arguments.items() if key in properties or key not in _OF_SCHEMAS}
    return {"name": known, "arguments": as_json(arguments)}


def _body(value: Any) -> dict[str, Any]:
    """Return what names the function: the object itself, or the one in it as OpenAI writes it."""
    if not isinstance(value, dict):
        return {}
    inner = value.get("function")
    return inner if isinstance(inner, dict) and not set(value) - {"function", *_BESIDE} else value


def _parts(body: dict[str, Any]) -> tuple[Any, Any]:
    """Return the name and the arguments of an object that has nothing but them; both must stand there."""
    name_key = next((key for key in _NAMES if key in body), "")
    key = next((key for key in _ARGUMENTS if key in body), "")
    if not name_key or not key or set(body) - {name_key, key, *_BESIDE}:
        return None, None
    arguments = body[key]
    if isinstance(arguments, str):
        arguments = object_in(arguments or "{}")
    return body[name_key], {} if body[key] is None else arguments


def unclear(text: str, tools: Tools) -> str:
    """Return what is wrong, as a sentence for the model, with a text that is nothing but a call of no offered tool."""
    if not text.startswith("{") or not any(f"{mark}{key}{mark}" in text for key in _ARGUMENTS[:2] for mark in "\"'"):
        return ""
    try:
        body = _body(value_in(text))
    except Unreadable:
        return "That call is not valid JSON." if any(name in text for name in tools) else ""
    name = body.get("name")
    if not isinstance(name, str) or set(body) - {"name", *_BESIDE, *_ARGUMENTS[:2]}:
        return ""
    if meant(name, tools) is None:
        return f"There is no tool {name!r}. The tools are: {', '.join(tools)}."
    return f"The arguments of {name} are not a JSON object."
