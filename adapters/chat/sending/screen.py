"""What a platform does to show live previews."""

from __future__ import annotations

from typing import Protocol, TypeVar

from adapters.chat.sending.live import Live, Sighting
from bot.domain import ThreadRef
from bot.errors import PostRefusedError

L = TypeVar("L", bound=Live)
Moment = tuple[int, int]


class Screen(Protocol[L]):
    """Where a platform shows live previews. What it raises is as for `ChatAdapter.post`."""

    def begin(self, live: Live) -> L:
        """Make what the platform needs to show a preview."""
        ...

    async def write(self, live: L) -> None:
        """Show what is new of a preview, where decoration has room now; a ConnectionError: it may be shown."""
        ...

    async def finish(self, live: L) -> str | None:
        """Return the preview's message once nothing of ours changes it any more."""
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
