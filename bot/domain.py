"""The words of the core as values: no I/O, no platform, no agent library.

docs/glossary.md defines each of them. A change is a new value; times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
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
        parts = text.split(":", 3)
        if len(parts) != 4 or not all(parts):
            raise ValueError(f"{text!r} is not adapter:workspace:channel:thread")
        return cls(adapter=parts[0], workspace=parts[1], channel=parts[2], thread=parts[3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human on a platform, known by the platform's own id, never by name."""

    id: str
    name: str
    language: str | None = None
    """`en` or `zh` where the platform tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message or that code wrote."""

    name: str
    media_type: str
    data: bytes


class EventKind(StrEnum):
    """What a platform told us."""

    MESSAGE = "message"
    """A person said something in the thread."""
    DECISION = "decision"
    """A person pressed a button of an input request."""
    STOP = "stop"
    """A person wants the run to end."""


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
    """The input request this replies to, when the platform knows it (a button, a reply to the card)."""
    decisions: tuple[Decision, ...] = ()
    """For a decision: one per item of the request, in order."""


class Verdict(StrEnum):
    """What a person decided about one item of an approval."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's verdict on one item of an approval."""

    verdict: Verdict
    reason: str = ""


class RequestKind(StrEnum):
    """What an input request asks for."""

    TEXT = "text"
    """Free text, with the agent library's own meaning of empty and `exit`."""
    CHOICE = "choice"
    """One of the options, by number or by its words."""
    APPROVAL = "approval"
    """A verdict on each item: code or tool calls, as exact bytes."""


class RequestStatus(StrEnum):
    """The life of an input request: open, then exactly one of the others for ever."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalItem:
    """One thing to approve: exactly what would run."""

    kind: str
    """`code` or `tool`."""
    title: str
    """The language of the code, or the tool's name."""
    content: str
    """The exact text of the code, or of the arguments."""
    sha256: str
    """Of the content's UTF-8 bytes; whoever executes compares it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person replied to an input request. The first one wins."""

    text: str = ""
    decisions: tuple[Decision, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    by: Person | None = None
    """None when nobody answered: the request expired."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRequest:
    """A durable question to people."""

    id: RequestId
    run: RunId
    conversation: ConversationId
    key: str
    """The effect's key in the run's journal that the answer becomes."""
    kind: RequestKind
    agent: str
    """The agent that asks, or for whom is asked."""
    prompt: str
    """The agent library's own words; what people read is composed from the catalogue."""
    choices: tuple[str, ...] = ()
    items: tuple[ApprovalItem, ...] = ()
    empty_runs: str = ""
    """What an empty answer sets off: `code`, `tools`, `model`, `end` (ends the chat) or `` (nothing to reply with)."""
    may_answer: tuple[str, ...] = ()
    """Ids of the persons who may answer; empty: everybody in the thread."""
    status: RequestStatus = RequestStatus.OPEN
    opened_at: datetime
    expires_at: datetime
    answer: Answer | None = None


class RunStatus(StrEnum):
    """The life of a run; the last three are final."""

    WORKING = "working"
    INPUT_REQUIRED = "input_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing leads out of this status."""
        return self in (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a run starts from: recorded once, never re-computed."""

    text: str
    """The person's words; several kept messages are joined, with their authors."""
    attachments: tuple[Attachment, ...] = ()
    history: tuple[Json, ...] = ()
    """The transcript of the conversation's earlier runs, as `{"name", "role", "content"}`, trimmed once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One piece of work of a team, from a person's message until a final status."""

    id: RunId
    conversation: ConversationId
    team: str
    pinned: Json
    """The resolved team, library version and replay_version: what the run was started with, for ever."""
    opening: Opening
    started_by: Person
    language: str
    status: RunStatus = RunStatus.WORKING
    stop_reason: str = ""
    summary: str = ""
    attempts: int = 0
    """Failed steps since the last one that recorded something."""
    started_at: datetime
    ended_at: datetime | None = None


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


class EffectState(StrEnum):
    """Whether an effect's outcome is known."""

    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A recorded outcome that a run cannot compute itself."""

    key: str
    """chat path / kind / agent / ordinal."""
    kind: str
    """`model`, `human`, `code`, `tool`, `approval` or `random`."""
    request: str
    """Hash of what was asked; a replay that asks something else has diverged."""
    state: EffectState
    value: Any = None
    """JSON; None while started."""
    completed: int = 0
    """The order of completion within the run, from 1; 0 while started."""
    started_at: datetime
    ended_at: datetime | None = None


class TurnKind(StrEnum):
    """What a turn shows."""

    TEXT = "text"
    """An agent said something."""
    TOOL = "tool"
    """A tool call with its result."""
    CODE = "code"
    """A code run with its output and files."""
    NESTED = "nested"
    """Turns of a nested chat, folded; `folded` holds them."""
    NOTICE = "notice"
    """The bot's own words about the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something an agent said or did that the thread shows."""

    path: str
    """The chat path; with `n` it identifies the turn within its run."""
    n: int
    kind: TurnKind
    agent: str
    text: str
    title: str = ""
    """The tool's name, or the languages of the code."""
    source: str = ""
    """The exact code or arguments that ran."""
    ok: bool = True
    """Whether the tool or the code succeeded."""
    files: tuple[Attachment, ...] = ()
    folded: tuple[Turn, ...] = ()
    demo: bool = False
    """Whether the embedded demo model said it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A post and how far it got."""

    id: int
    conversation: ConversationId
    post: Post
    status: PostStatus
    platform_id: str | None = None
    """The platform's id of the message, once sent."""


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
    """This person may not answer."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one commit of a step records together: one transaction."""

    effects: tuple[Effect, ...] = ()
    turns: tuple[Turn, ...] = ()
    requests: tuple[InputRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Everything a run's journal holds: what a replay answers with."""

    effects: tuple[Effect, ...] = ()
    """In the order in which they were first recorded."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """The answers of people by effect key; an expired request's has `by` None."""
    turns: frozenset[tuple[str, int]] = frozenset()
    """(path, n) of the turns that are recorded already."""
    requests: frozenset[str] = frozenset()
    """Effect keys of the requests that are recorded, whatever their status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How far a team came in one step."""

    waiting: bool
    """True: at least one input request is open; nothing of the run stays in memory."""
    summary: str = ""
    stop_reason: str = ""
    counts: Json = field(default_factory=dict)
    """Numbers for the run's log line: model calls, tokens, tools, code runs, turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSummary:
    """What a list of teams shows."""

    name: str
    description: str
    kind: str
    agents: tuple[str, ...]
    source: str
    """`preset` or the file's path."""
