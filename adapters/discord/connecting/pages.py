"""What a place's history gives: its messages, a page at a time, and the threads that were archived there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain import Json

PAGE = 100
"""Messages of one request, the most there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message of a place."""

    position: int
    identity: str
    """The delivery's id."""
    body: Json | None
    """None: it is nothing for the bot, only its position counts."""
    thread: str = ""
    """The thread that may be made of it, a place to come, or of whose making it tells."""
    has_thread: bool = False
    """Whether that is made already."""


class PlaceGoneError(Exception):
    """There is no such place any more."""


class PlaceClosedError(Exception):
    """The bot may not read what was said there."""


class Pages(Protocol):
    """Where a place's messages are fetched."""

    async def page(self, place: str, after: int) -> list[Heard]:
        """Return the next messages of a place, oldest first; fewer than `PAGE`: there are no more.

        Raises:
            PlaceGoneError, PlaceClosedError: Never again.
            RetryLaterError, OSError: Not now.
        """
        ...

    async def archived(self, place: str, since: int) -> list[tuple[str, int]]:
        """Return a channel's threads that were archived since, each with the id of its newest message.

        Servers tell only of those that are open; what is no channel has none.

        Raises:
            RetryLaterError, OSError: Not now.
        """
        ...

    async def is_told(self, place: str) -> bool:
        """Whether its server tells of a place when something is said there: of all but direct messages.

        Raises:
            PlaceGoneError, PlaceClosedError, RetryLaterError, OSError: It cannot be told.
        """
        ...
