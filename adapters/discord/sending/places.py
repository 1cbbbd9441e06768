"""Where posts are shown. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.discord.ids import DIRECT
from bot.domain import ThreadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A thread of a server's channel, or somebody's direct messages."""

    channel: str
    """The channel that the thread belongs to, and its webhook."""
    thread: str
    """Where messages stand; of direct messages the same as `channel`."""
    direct: bool = False


def place_of(thread: ThreadRef) -> Place:
    """Return where a thread's posts are shown."""
    return Place(channel=thread.channel, thread=thread.thread, direct=thread.workspace == DIRECT)


def direct_place(channel: str) -> Place:
    """Return the place of direct messages."""
    return Place(channel=channel, thread=channel, direct=True)
