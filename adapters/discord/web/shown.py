"""Messages as Discord shows them, without the library's types. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file of a message."""

    name: str
    """As Discord names it, which may be not what it was given."""
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message that a place shows."""

    id: str
    channel: str
    """The channel, thread or direct message's channel that it stands in."""
    type: int
    """Discord's number: 0 is a message, 19 a reply; the others are of the system."""
    content: str
    at: datetime
    author: str
    """The user's id; of a webhook's message, the webhook's."""
    author_name: str
    bot: bool
    """Whether a bot or a webhook wrote it."""
    webhook: str = ""
    """The webhook's id; empty: none wrote it."""
    application: str = ""
    """The application whose webhook or interaction it came by."""
    interaction: str = ""
    """The interaction that it answers; empty: none."""
    files: tuple[ShownFile, ...] = ()
    custom_ids: tuple[str, ...] = ()
    """Of its buttons and menus, in order."""
    described: Json = field(default_factory=dict)
    """The whole message as deliveries describe it."""
