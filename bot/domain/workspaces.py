"""What platforms hand in before it is understood, and what is kept of their workspaces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.address import ConversationId, Json
from bot.domain.runs import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something that a platform delivered, exactly as it came: recorded before it is acknowledged."""

    adapter: str
    id: str
    """The platform's delivery id; a second delivery with it changes nothing."""
    body: Json
    received_at: datetime
    tries: int = 0
    """How often the adapter has begun to work on it before."""
    place: str = ""
    """Where it was said, by the platform's own id of that place; empty: nowhere that is caught up after a downtime."""
    position: int = 0
    """How far it stands in its place: recorded with it, so everything before it there must be recorded already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The bot's place in one workspace, as its adapter keeps it."""

    adapter: str
    workspace: str
    sealed: str
    """What the adapter needs to work there; it has encrypted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """What a list of conversations shows."""

    conversation: ConversationId
    team: str
    status: RunStatus | None
    """Of its latest run; None: it has had none."""
    waiting: bool
    """Whether an open input request waits for this person, or for everybody."""
    title: str
    """How its latest run began, on one line."""
    started_at: datetime | None
    own: bool = True
    """Whether this person started its latest run; otherwise it only waits for them."""
