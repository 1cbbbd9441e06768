"""What the core asks of a store about platforms: what they delivered, where they listen, what is kept of them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain import ConversationId, Delivery, Event, EventKind, Installation


class Deliveries(Protocol):
    """What platforms delivered and adapters have not handled yet."""

    def add(self, delivery: Delivery) -> bool:
        """Record a delivery; False when its adapter has delivered this id already."""
        ...

    def take(self, adapter: str) -> list[Delivery]:
        """Return the unhandled ones, oldest first, and count each as tried once more."""
        ...

    def done(self, adapter: str, delivery: str) -> None:
        """Forget the body of a handled delivery; its id stays known until `forget`."""
        ...

    def forget(self, before: datetime, *, most: int) -> int:
        """Forget what was handled before then, among this many of the oldest; return how many that were.

        What is forgotten would be a new delivery if it came again; so what is forgotten must be older than any that
        a platform repeats.
        """
        ...


class Steering(Protocol):
    """When people last stopped or muted conversations, as they meant it, also where no run was open."""

    def note(self, event: Event) -> None:
        """Note a stop or a mute; an older one than the newest changes nothing."""
        ...

    def newest(self, conversation: ConversationId, kind: EventKind) -> datetime | None:
        """Return when the newest stop, or mute, of a conversation was said."""
        ...


class Places(Protocol):
    """Where adapters listen, and up to where everything that was said there is recorded."""

    def of(self, adapter: str) -> dict[str, int]:
        """Return an adapter's places with their positions."""
        ...

    def note(self, adapter: str, place: str, position: int) -> None:
        """Know a place, and that everything up to this position is recorded there; a position only rises."""
        ...

    def drop(self, adapter: str, place: str) -> None:
        """Forget a place that is gone."""
        ...


class Notes(Protocol):
    """Short texts that adapters keep for themselves."""

    def read(self, adapter: str, name: str) -> str | None:
        """Return what the adapter keeps under this name."""
        ...

    def keep(self, adapter: str, name: str, text: str) -> None:
        """Keep this under a name, instead of what was kept."""
        ...


class Workspaces(Protocol):
    """What is kept of the workspaces that the bot works in."""

    def default_team(self, adapter: str, workspace: str, channel: str) -> str | None:
        """Return the channel's default team, else its workspace's, else None."""
        ...

    def set_default_team(self, adapter: str, workspace: str, channel: str, team: str) -> None:
        """Set the default team of a channel; of the workspace, where the channel is empty."""
        ...

    def installation(self, adapter: str, workspace: str) -> Installation | None:
        """Return what the adapter keeps of this workspace."""
        ...

    def install(self, installation: Installation) -> None:
        """Keep this of a workspace, instead of what was kept."""
        ...

    def uninstall(self, adapter: str, workspace: str) -> None:
        """Forget what was kept of a workspace; its conversations stay."""
        ...
