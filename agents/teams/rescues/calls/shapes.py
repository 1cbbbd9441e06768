"""The shapes in which models write a tool call as a value. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agents.teams.rescues.calls.loose import Unreadable, object_in, value_in
from agents.teams.rescues.calls.names import meant

_NAMES = ("name", "tool", "tool_name", "function_name", "function", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "kwargs", "input", "tool_input", "action_input")
_OF_SCHEMAS = frozenset({"type", "required", "description", "properties", "title", "default"})
"""Keys that small models copy from a tool's schema into its arguments."""
_LISTS = ("tool_calls", "calls", "function_calls")

Tools = Mapping[str, Mapping[str, Any]]


def called(value: Any, tools: Tools) -> list[dict[str, str]]:
    """Return the calls that a value is, or nothing when any part of it is something else."""
    if isinstance(value, dict) and len(value) == 1 and (inner := value.get(next(iter(value)))) and _lists(value):
        value = inner
    values = value if isinstance(value, list) else [value]
    calls = [_call(item, tools) for item in values]
    return [call for call in calls if call] if calls and all(calls) else []


def _lists(value: dict[str, Any]) -> bool:
    return next(iter(value)) in _LISTS


def _call(value: Any, tools: Tools) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    body = value["function"] if isinstance(value.get("function"), dict) else value
    name, arguments = _parts(body, tools)
    known = meant(name, tools) if isinstance(name, str) else None
    if known is None or not isinstance(arguments, dict):
        return None
    properties = tools[known].get("properties") or {}
    arguments = {key: given for key, given in arguments.items() if key in properties or key not in _OF_SCHEMAS}
    return {"name": known, "arguments": json.dumps(arguments, ensure_ascii=False)}


def _parts(body: dict[str, Any], tools: Tools) -> tuple[Any, Any]:
    """Return the name and the arguments that an object gives."""
    if len(body) == 1 and (only := next(iter(body))) in tools:
        return only, body[only]  # {"get_weather": {"city": "Paris"}}
    name_key = next((key for key in _NAMES if isinstance(body.get(key), str)), None)
    if name_key is None:
        return None, None
    name = body[name_key]
    key = next((key for key in _ARGUMENTS if key in body and key != name_key), None)
    if key is None:
        return name, _flat(body, name_key, tools.get(name))
    arguments = body[key]
    if isinstance(arguments, str):
        arguments = object_in(arguments or "{}")
    return name, {} if arguments is None and key in body and body[key] is None else arguments


def _flat(body: dict[str, Any], name_key: str, schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the other keys, where they are the tool's arguments: {"name": "get_weather", "city": "Paris"}."""
    if schema is None:
        return None
    rest = {key: value for key, value in body.items() if key not in (name_key, "type", "id")}
    properties = schema.get("properties") or {}
    complete = all(needed in rest for needed in schema.get("required") or ())
    # A tool without parameters is called by its name alone; where only optional ones exist that may be an answer.
    plausible = bool(rest) or (not properties and "required" in schema)
    return rest if plausible and complete and all(key in properties for key in rest) else None


def unclear(text: str, tools: Tools) -> str:
    """Return what is wrong, as a sentence for the model, with a text that is nothing but a call of no offered tool."""
    if not text.startswith("{") or not any(f"{mark}{key}{mark}" in text for key in _ARGUMENTS[:2] for mark in "\"'"):
        return ""
    try:
        value = value_in(text)
    except Unreadable:
        return "That call is not valid JSON." if any(name in text for name in tools) else ""
    body = value.get("function", value) if isinstance(value, dict) else None
    if not isinstance(body, dict) or set(body) - {"name", "type", "id", *_ARGUMENTS[:2]}:
        return ""
    name = body.get("name")
    if not isinstance(name, str):
        return ""
    if meant(name, tools) is None:
        return f"There is no tool {name!r}. The tools are: {', '.join(tools)}."
    return f"The arguments of {name} are not a JSON object."
