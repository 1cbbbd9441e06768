"""What Slack tells of the bot itself: where it is looked at or stopped, and that it was removed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import ThreadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStopped:
    """Slack's own stop button was pressed."""

    thread: ThreadRef
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """Somebody looks at the bot's App Home."""

    workspace: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOpened:
    """Somebody looks at their direct messages with the bot."""

    workspace: str
    user: str
    channel: str
    thread: ThreadRef | None = None
    """Where Slack opened a thread for it, in the older assistant view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninstalled:
    """The app was removed from a workspace."""

    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensRevoked:
    """Tokens of bot users were revoked."""

    workspace: str
    bots: tuple[str, ...]
    """The bot users' ids."""
