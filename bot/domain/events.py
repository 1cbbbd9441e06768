"""What platforms tell us, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.address import Attachment, ConversationId, Person, RequestId, RunId, Said, ThreadRef
from bot.domain.requests import Decision


class EventKind(StrEnum):
    """What a platform told us."""

    MESSAGE = "message"
    """A person said something in the thread."""
    DECISION = "decision"
    """A person pressed a button of an input request."""
    STOP = "stop"
    """A person wants the run to end."""
    EDIT = "edit"
    """A person changed what they had said; empty: they took it back. Only a message that is still kept changes."""
    MUTE = "mute"
    """A person wants the bot to be silent in the thread until it is named again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a platform told us; it may arrive twice."""

    kind: EventKind
    delivery: str
    """The platform's delivery id: the second event with it changes nothing."""
    thread: ThreadRef
    person: Person
    at: datetime
    message: str | None = None
    """The platform's message id, the second key against duplicates, where there is one."""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    team: str | None = None
    """The preset named in the message; None: the default."""
    request: RequestId | None = None
    """The input request this replies to, when the platform knows it (a button, a reply to the card).

    A stop that names one, because its card has the button, is about that request's run and no other.
    """
    decisions: tuple[Decision | None, ...] = ()
    """For a decision: one per item of the request, in order; None leaves an item as it is."""
    addressed: bool = True
    """Whether the bot was named, or written to alone. Other messages count only in a thread that it knows."""
    edited: bool = False
    """Whether a message was changed since it was said and heard only then: its words decide no approval."""
    earlier: tuple[Said, ...] = ()
    """What was said in the thread before, oldest first, where this is the first that the bot hears of it."""


class Accepted(StrEnum):
    """What became of an event."""

    DUPLICATE = "duplicate"
    STARTED = "started"
    """It started a run."""
    ANSWERED = "answered"
    """It answered an input request."""
    KEPT = "kept"
    """The team is working; it will be used at the next question or as the next run."""
    FEEDBACK = "feedback"
    """It was used as feedback on an approval of code: the code is not run."""
    ASKED_WHICH = "asked_which"
    """Several questions are open; the person was asked which is meant."""
    NOT_UNDERSTOOD = "not_understood"
    """It does not decide the open choice or approval; the person was told what does."""
    TOO_LATE = "too_late"
    """Somebody answered first, or the request expired."""
    NOT_ALLOWED = "not_allowed"
    """This person may not do this: start, answer, decide, stop or mute; or they are over a budget."""
    CHANGED = "changed"
    """A kept message was changed, or taken back."""
    IGNORED = "ignored"
    """It was not for the bot: nothing of it is recorded."""
    MUTED = "muted"
    """From here on only what names the bot counts in this thread."""
    STOPPED = "stopped"
    NOTHING_TO_STOP = "nothing_to_stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the inbox did with an event; all of it is committed."""

    outcome: Accepted
    conversation: ConversationId
    run: RunId | None = None
    text: str = ""
    """A sentence for the person where the outcome needs one, in their language."""
