"""Where people talk and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NewType

ConversationId = NewType("ConversationId", str)
"""A thread's address as text: `adapter:workspace:channel:thread`."""
RunId = NewType("RunId", str)
RequestId = NewType("RequestId", str)

Json = dict[str, Any]
"""A JSON object that the core stores and hands on without looking inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRef:
    """A thread's address. Its parts never hold a colon, except the last."""

    adapter: str
    workspace: str
    channel: str
    thread: str

    def __str__(self) -> str:
        return f"{self.adapter}:{self.workspace}:{self.channel}:{self.thread}"

    @property
    def conversation(self) -> ConversationId:
        """The conversation that is our record of this thread."""
        return ConversationId(str(self))

    @classmethod
    def parse(cls, text: str) -> ThreadRef:
        """Read an address back.

        Raises:
            ValueError: There are fewer than four parts, or one is empty.
        """
        return _parsed(text)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ThreadRef:
    parts = text.split(":", 3)
    if len(parts) != 4 or not all(parts):
        raise ValueError(f"{text!r} is not adapter:workspace:channel:thread")
    return ThreadRef(adapter=parts[0], workspace=parts[1], channel=parts[2], thread=parts[3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who speaks on a platform, known by the platform's own id, never by name: a human, or a bot that is let in."""

    id: str
    name: str
    language: str | None = None
    """`en` or `zh` where the platform tells it."""
    bot: bool = False
    """Whether a program speaks here: it may say things, and never decides what only people decide."""
    groups: tuple[str, ...] = ()
    """Ids of the user groups and roles that the platform says they have now."""
    guest: bool = False
    """Whether the platform says that they are a guest of the workspace."""
    external: bool = False
    """Whether they belong to another organisation than the workspace's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message or that code wrote."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that people said in a thread before the bot was called into it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Our durable record of one thread."""

    id: ConversationId
    team: str
    """The preset its next run uses."""
    language: str
    epoch: int = 0
    """Raised by every step and by stop; records of an older epoch are refused."""
    run: RunId | None = None
    """The latest run."""
    muted: bool = False
    """Whether only what names the bot counts here."""
