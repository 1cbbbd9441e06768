"""Events that the library cannot parse: it would end the client, and with it what every other server tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Parser = Callable[[Any], None]
NEEDED = ("READY", "RESUMED")
"""Without these there is no session."""


def surviving(parsers: dict[str, Parser], failed: Callable[[str, Any, Exception], None]) -> dict[str, Parser]:
    """Return parsers that tell of what they cannot parse and go on.

    Args:
        parsers: The library's, by the name of their event.
        failed: Told the event's name, what was delivered, and what is wrong.
    """
    return {event: parser if event in NEEDED else _guarded(event, parser, failed) for event, parser in parsers.items()}


def _guarded(event: str, parser: Parser, failed: Callable[[str, Any, Exception], None]) -> Parser:
    def parse(data: Any) -> None:
        try:
            parser(data)
        # The library raises whatever its own code happens to.
        except Exception as error:
            failed(event, data, error)

    return parse


def place_of(data: Any) -> int | None:
    """Return the place of a message that could not be parsed; None: it names none."""
    place = data.get("channel_id") if isinstance(data, dict) else None
    return int(place) if isinstance(place, str) and place.isdecimal() else None
