"""Tools as the agent library offers them."""

from __future__ import annotations

import json
from typing import Any


def tool(name: str, required: tuple[str, ...] = (), **properties: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


WEATHER = tool(
    "get_weather",
    ("city",),
    city={"type": "string"},
    days={"type": "integer", "default": 1},
    unit={"type": "string", "enum": ["celsius", "fahrenheit"]},
    exact={"type": "boolean"},
    hours={"type": "array", "items": {"type": "number"}},
    place={"anyOf": [{"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}, {"type": "null"}]},
)
MAIL = tool("send_mail", ("to", "subject"), to={"type": "string"}, subject={"type": "string"})
CALCULATE = tool("calculate", ("expression",), expression={"type": "string"})
STOP = tool("stop")
TOOLS = [WEATHER, MAIL, CALCULATE, STOP]


def call(name: str, arguments: Any, call_id: str = "c1") -> dict[str, Any]:
    """Return a call as a server tells it; arguments that are no text are written as JSON."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": text}}


def made(calls: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Return each call's name and arguments."""
    return [(each["function"]["name"], json.loads(each["function"]["arguments"])) for each in calls]
