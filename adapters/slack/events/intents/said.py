"""What people say in channels and direct messages, and what a word of theirs steers."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling import intents


@dataclass(frozen=True, slots=True, kw_only=True)
class InThread(intents.InThread):
    """Where and by whom something was said."""

    ts: str
    """The message's id in its channel; with the channel it tells twins."""
    user: str
    """Who; for an allowed bot without a user id, its bot id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(InThread):
    """Somebody said something that may be for the bot."""

    text: str
    files: tuple[SharedFile, ...] = ()
    mentions: tuple[str, ...] = ()
    """User ids that stand as `@U0123` in the text, each once."""
    addressed: bool
    """Whether the bot was mentioned, or written to alone."""
    team: str | None = None
    """The team that was named; with `--team` it may be none that exists."""
    by_bot: bool = False
    """Whether an allowed bot said it: the loop guard counts these."""
    edited: bool = False
    """Whether it was changed before it was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(InThread):
    """Somebody edited a message, or took it back. It never begins anything."""

    text: str
    """The new text, read as a message's is; empty: it was taken back."""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(InThread):
    """The bot is to be silent in this thread until it is mentioned again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(InThread):
    """The thread's run is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpHere(InThread):
    """What can be done is to be told."""
