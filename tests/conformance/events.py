"""AutoGen's events as comparable values, without those that belong to the inside of an effect."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from tests.conformance.case import Json

INSIDE = frozenset({"print", "stream", "execute_function", "executed_function", "generate_code_execution_reply"})
"""Types of events that come while an effect is carried out: a replay does not carry it out again."""


def canonical(event: Any) -> Json | None:
    """Return an event's type and content, or None for one that belongs to the inside of an effect."""
    if event.type in INSIDE:
        return None
    content = event.content
    names = [name for name in type(content).model_fields if name != "uuid"]
    return {"type": event.type, **{name: _plain(getattr(content, name)) for name in names}}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items() if key != "uuid"}
    if isinstance(value, BaseModel):
        return _plain(value.model_dump())
    return getattr(value, "name", f"a {type(value).__name__}")
