"""What a platform does to show live previews, and how often it is asked to."""

from __future__ import annotations

from typing import Protocol, TypeVar

from adapters.chat.sending.live import Live, Sighting
from bot.domain import ThreadRef
from bot.errors import PostRefusedError, RetryLaterError

EVERY = 1.2
"""Seconds between two changes of a message at least."""
LONGEST_PAUSE = 30.0
"""Seconds that a preview rests at most when the platform asks to wait."""

L = TypeVar("L", bound=Live)
Moment = tuple[int, int]


class Screen(Protocol[L]):
    """Where a platform shows live previews. What it raises is as for `ChatAdapter.post`."""

    def begin(self, live: Live) -> L:
        """Make what the platform needs to show a preview."""
        ...

    async def write(self, live: L) -> None:
        """Take in and show what is new of a preview, where decoration has room now.

        It is called once at a time for each preview, and cancelled when it takes too long. A ConnectionError: it may be
        shown.
        """
        ...

    async def finish(self, live: L) -> str | None:
        """Return the preview's message, to which nothing more is written; end what the platform holds open for it."""
        ...

    def name_of(self, live: L) -> str | None:
        """Return the name that a message of this preview gets now."""
        ...

    async def delete(self, thread: ThreadRef, message: str, name: str | None) -> None:
        """Delete a preview's message, which stands under this name."""
        ...

    async def read(self, thread: ThreadRef) -> Sighting | None:
        """Return what a thread shows of previews; None: there is no room for reading now."""
        ...


class Order(Protocol):
    """How a platform's ids tell what is older."""

    def moment(self, message: str) -> Moment:
        """Return a message's id as something that can be compared; nothing is older than an empty one."""
        ...

    def begun(self, thread: ThreadRef) -> float:
        """Return when a thread began, in seconds of the epoch; 0: long ago."""
        ...

    def path(self, path: str) -> str:
        """Return a chat path as marks name it."""
        ...

    def lost(self, error: PostRefusedError) -> bool:
        """Whether a refusal says that a message can never be changed (any more)."""
        ...

    def too_old(self, error: PostRefusedError) -> bool:
        """Whether a refusal says so of a message that stands there: it has stood there for too long."""
        ...


def pause_after(error: Exception) -> float:
    """Return how many seconds a preview is left as it is after a failure."""
    asked = error.retry_after if isinstance(error, RetryLaterError) else None
    return min(LONGEST_PAUSE, max(EVERY, asked if asked is not None else EVERY))
