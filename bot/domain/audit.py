"""Who did what: facts without texts, kept when the conversation they are about is deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.address import ConversationId, Json


class AuditAction(StrEnum):
    """What was done, or refused."""

    STARTED = "started"
    ANSWERED = "answered"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGED = "changed"
    """Approved after a change: other bytes than the agents' run."""
    EXPIRED = "expired"
    RAN = "ran"
    """Code, or a tool that wants approval, was begun."""
    NOT_RUN = "not_run"
    """What was to run is not what was approved, or nobody approved it."""
    STOPPED = "stopped"
    MUTED = "muted"
    UNMUTED = "unmuted"
    """Somebody named the bot in a muted thread, so it listens there again."""
    DEFAULT_CHANGED = "default_changed"
    PULLED = "pulled"
    """An operator had a model pulled; the detail names it."""
    INSTALLED = "installed"
    """A workspace was added, by OAuth."""
    UNINSTALLED = "uninstalled"
    REFUSED = "refused"
    """A person may not do what they wanted, or is over a budget; the detail says what."""
    FORGOT = "forgot"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One fact. Nothing in it is what people or agents wrote."""

    at: datetime
    action: AuditAction
    person: str = ""
    """`adapter:workspace:id`; empty: nobody, as when something expires."""
    place: str = ""
    """`adapter:workspace:channel`."""
    conversation: str = ""
    run: str = ""
    request: str = ""
    team: str = ""
    sha256: str = ""
    """Of what was approved, rejected or run."""
    detail: Json = field(default_factory=dict)
    number: int = 0
    """Its place in the log, from 1; 0 while it is not recorded."""


class ForgetReason(StrEnum):
    """Why a conversation is deleted."""

    OPERATOR = "operator"
    """`threadfast forget`."""
    PERSON = "person"
    """Somebody wanted what they had begun deleted."""
    RETENTION = "retention"
    """It is older than conversations are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetWish:
    """That a conversation is to be deleted, recorded until it is."""

    conversation: ConversationId
    reason: ForgetReason
    person: str = ""
    """`adapter:workspace:id`; empty: nobody on a platform."""
    untouched_since: datetime | None = None
    """Only if nothing was said or done there since then; None: whatever was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which facts are wanted; what is left empty does not matter."""

    action: AuditAction | None = None
    person: str = ""
    """A whole `adapter:workspace:id`, or only the id; `adapter:*:id` in every workspace."""
    conversation: str = ""
    run: str = ""
    """An id, or how it begins."""
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    """Only entries with a higher number."""
    limit: int = 100
    """The newest so many, oldest first; with `after`, the first so many."""
