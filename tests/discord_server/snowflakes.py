"""Discord's ids: they hold the time at which they were made, grow, and never repeat."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015, from which Discord counts."""


class Snowflakes:
    """The ids of one world, by its clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> int:
        """Return an id that is larger than every one before."""
        self._last = max(self._last + 1, (int(self._now() * 1000) - EPOCH_MS) << 22)
        return self._last


def at(moment: datetime) -> int:
    """Return the smallest id of a moment."""
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22


def born(snowflake: int) -> float:
    """Return when an id was made, in seconds since 1970."""
    return ((snowflake >> 22) + EPOCH_MS) / 1000


def iso(seconds: float) -> str:
    """Return a moment as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def mentioned(content: str) -> list[int]:
    """Return the ids of the users that a text mentions, each once."""
    return list(dict.fromkeys(int(found) for found in re.findall(r"<@!?(\d+)>", content)))
