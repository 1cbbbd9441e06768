"""Tool calls as they arrive in pieces, put together in OpenAI's shape."""

from __future__ import annotations

import uuid
from typing import Any, Protocol


class FunctionPiece(Protocol):
    """A piece of a function call."""

    @property
    def name(self) -> str | None:
        """The tool, in the first piece."""
        ...

    @property
    def arguments(self) -> str | None:
        """More of the arguments' text."""
        ...


class CallPiece(Protocol):
    """A piece of a tool call."""

    @property
    def index(self) -> int:
        """Which call it belongs to."""
        ...

    @property
    def id(self) -> str | None:
        """The call's id, in the first piece."""
        ...

    @property
    def function(self) -> FunctionPiece | None:
        """What it adds."""
        ...


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

    def add(self, piece: CallPiece) -> None:
        """Take the next piece; a new id under a known index begins another call, as some servers write it."""
        known = self._ids.get(piece.index)
        if piece.index not in self._places or (piece.id and known and piece.id != known):
            self._places[piece.index] = len(self._calls)
            self._ids[piece.index] = piece.id
            self._calls.append(new_call("", "", piece.id))
        call = self._calls[self._places[piece.index]]
        if piece.function is not None:
            call["function"]["name"] += piece.function.name or ""
            call["function"]["arguments"] += piece.function.arguments or ""
