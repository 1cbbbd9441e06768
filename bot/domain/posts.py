"""What threads show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.address import ConversationId, Person, RunId, ThreadRef
from bot.domain.requests import InputRequest
from bot.domain.runs import RunStatus
from bot.domain.turns import Turn


class PostKind(StrEnum):
    """What an outbox row shows."""

    TURN = "turn"
    REQUEST = "request"
    """An input request, as a card or a question."""
    CLOSED = "closed"
    """The input request's card after its decision, expiry or cancellation."""
    NOTICE = "notice"
    """The bot's own words."""
    ENDED = "ended"
    """The run's end with its status and stop reason."""


class PostStatus(StrEnum):
    """The life of an outbox row."""

    PENDING = "pending"
    SENDING = "sending"
    """Handed to the platform; whether it arrived is not known yet."""
    SENT = "sent"
    REFUSED = "refused"
    """The platform will never take it; the reason is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something to show in a thread exactly once."""

    key: str
    """Unique for ever: `(run, chat path, n)` for a turn; the adapter makes its nonce of it."""
    kind: PostKind
    thread: ThreadRef
    language: str
    run: RunId | None = None
    turn: Turn | None = None
    request: InputRequest | None = None
    text: str = ""
    """For a notice, an end, and the question's own line: composed from the catalogue."""
    status: RunStatus | None = None
    """For an end."""
    starter: Person | None = None
    """For an end: who started the run, and is told where the thread is gone."""
    missing: str = ""
    """For an end: the model that no host has, and that one of them could pull."""
    unshown: tuple[Turn, ...] = ()
    """For an end: the run's turns that were never shown, in order, for whoever is told of it elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A post and how far it got."""

    id: int
    conversation: ConversationId
    post: Post
    status: PostStatus
    platform_id: str | None = None
    """The platform's id of the message, once sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Where a post is shown, and since when."""

    platform_id: str
    """The platform's id of the message."""
    at: datetime | None = None
    """When it was known to be shown; None: a version that did not note it has shown it."""
