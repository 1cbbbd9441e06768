"""Tool calls as they arrive in pieces, put together in OpenAI's shape."""

from __future__ import annotations

import uuid
from typing import Any


def new_call(name: str, arguments: str, call_id: str | None = None) -> dict[str, Any]:
    """Write a tool call, with an id of our own where the server gives none."""
    made = call_id or f"call_{uuid.uuid4().hex[:24]}"
    return {"id": made, "type": "function", "function": {"name": name, "arguments": arguments}}


class ToolCalls:
    """Accumulates the pieces of a stream by their index."""

    def __init__(self) -> None:
        self._calls: list[dict[str, Any]] = []
        self._places: dict[int, int] = {}
        self._ids: dict[int, str | None] = {}

    @property
    def whole(self) -> list[dict[str, Any]]:
        """The calls so far, in order."""
        return self._calls

    def add(self, piece: dict[str, Any]) -> None:
        """Take the next piece, a `tool_calls` entry of a delta.

        A new id under a known index begins another call, as some servers write it.
        """
        index, made = piece.get("index") or 0, piece.get("id")
        known = self._ids.get(index)
        if index not in self._places or (made and known and made != known):
            self._places[index] = len(self._calls)
            self._ids[index] = made
            self._calls.append(new_call("", "", made))
        written = self._calls[self._places[index]]["function"]
        added = piece.get("function") or {}
        written["name"] += added.get("name") or ""
        written["arguments"] += added.get("arguments") or ""
