"""What the intents of all platforms have: who the bot is, where something was said, and that nothing is to be done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain import ThreadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who the bot is on a platform, and whom it knows there."""

    user: str
    """The bot's user id, by which it is mentioned."""
    allowed_bots: frozenset[str] = frozenset()
    """Other bots that are listened to, by any of the ids that the platform gives them."""
    teams: Collection[str] = ()
    """The teams on offer: only these can stand before a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InThread:
    """Where something was said."""

    thread: ThreadRef
    in_thread: bool
    """Whether it was said in a thread that exists; False: it begins one, or was said directly."""
    direct: bool = False
    """Whether it was said in a direct message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Nothing is to be done about it."""

    reason: str
    """For the log; it never holds what people wrote."""
