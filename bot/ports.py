"""What the core asks of the outside, as Protocols. Each docstring is a promise that every implementation keeps.

The store is a unit of work: `Store.write` runs a synchronous function in one transaction, and the function
composes the concepts (`Inbox`, `Conversations`, `Runs`, `Requests`, `Journal`, `Outbox`) it is handed. So a turn,
its effect, its posts and the run's state are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain import (
    Answer,
    Batch,
    Conversation,
    ConversationId,
    Effect,
    Event,
    InputRequest,
    Json,
    OutboxRow,
    Outcome,
    Post,
    PostStatus,
    Receipt,
    Recorded,
    RequestId,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    TeamSummary,
    ThreadRef,
)

T = TypeVar("T")


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after this long."""
        ...


class InboxRecords(Protocol):
    """What people said, and what is due. Rows are only added and marked."""

    def add(self, event: Event) -> bool:
        """Record an event; False when its delivery id, or its message in this thread, is already known."""
        ...

    def keep(self, event: Event) -> None:
        """Mark a recorded message as kept: it waits for the next text request or the next run."""
        ...

    def take_kept(self, conversation: ConversationId) -> list[Event]:
        """Return the kept messages, oldest first, and mark them used."""
        ...

    def schedule(self, conversation: ConversationId, *, kind: str, ref: str, due_at: datetime) -> None:
        """Add a timer (`expiry`, `retry`); one row per (kind, ref), a later call moves it."""
        ...

    def take_due(self, conversation: ConversationId, now: datetime) -> list[tuple[str, str]]:
        """Return the due timers' (kind, ref) and mark them used."""
        ...

    def due(self, now: datetime) -> list[ConversationId]:
        """Return the conversations with a due timer."""
        ...


class Conversations(Protocol):
    """Our records of threads."""

    def get(self, conversation: ConversationId) -> Conversation | None:
        """Return it as it is now."""
        ...

    def put(self, conversation: Conversation) -> None:
        """Create it, or replace team, language and run; never touches the epoch of an existing one."""
        ...

    def raise_epoch(self, conversation: ConversationId) -> int:
        """Raise the epoch by one and return it: every older step is fenced from here on."""
        ...

    def check_epoch(self, conversation: ConversationId, epoch: int) -> None:
        """Return if the epoch still is this one, within the running transaction.

        Raises:
            FencedError: A newer step, or a stop, owns the conversation.
        """
        ...

    def unfinished(self) -> list[ConversationId]:
        """Return those with a working run, or a post that is not sent: what recovery wakes."""
        ...


class Runs(Protocol):
    """Pieces of work."""

    def add(self, run: Run) -> None:
        """Record a new run."""
        ...

    def get(self, run: RunId) -> Run | None:
        """Return it as it is now."""
        ...

    def set_status(
        self, run: RunId, status: RunStatus, *, stop_reason: str = "", summary: str = "", at: datetime | None = None
    ) -> None:
        """Move a run that is not final to this status; a final run is never moved."""
        ...

    def count_attempt(self, run: RunId) -> int:
        """Add one failed step and return how many there are since the last progress."""
        ...

    def reset_attempts(self, run: RunId) -> None:
        """Forget failed steps: something was recorded."""
        ...

    def of(self, conversation: ConversationId | None = None, *, limit: int = 100) -> list[Run]:
        """Return runs, newest first."""
        ...


class Requests(Protocol):
    """Questions to people."""

    def open(self, request: InputRequest) -> None:
        """Record an open request; a second one with the same run and key changes nothing."""
        ...

    def get(self, request: RequestId) -> InputRequest | None:
        """Return it as it is now."""
        ...

    def of(self, conversation: ConversationId, *, status: RequestStatus | None = None) -> list[InputRequest]:
        """Return the conversation's requests, oldest first."""
        ...

    def answered(self, run: RunId) -> list[InputRequest]:
        """Return the run's answered and expired requests: what a replay answers with."""
        ...

    def close(self, request: RequestId, status: RequestStatus, answer: Answer | None = None) -> bool:
        """Move an open request to this status; False when it was not open any more: the first one wins."""
        ...


class Journal(Protocol):
    """The effects of runs."""

    def effects(self, run: RunId) -> list[Effect]:
        """Return them in the order in which they were first recorded."""
        ...

    def record(self, run: RunId, effects: Sequence[Effect]) -> None:
        """Add effects, or complete started ones; a done effect is never changed."""
        ...


class Outbox(Protocol):
    """What threads are to show."""

    def add(self, post: Post) -> None:
        """Record a post; a second one with its key changes nothing."""
        ...

    def unsent(self, conversation: ConversationId, *, limit: int = 50) -> list[OutboxRow]:
        """Return the conversation's pending and sending posts in the order they were added."""
        ...

    def mark(self, row: int, status: PostStatus, *, platform_id: str | None = None, reason: str = "") -> None:
        """Move a row to this status."""
        ...

    def sent_as(self, conversation: ConversationId, key: str) -> str | None:
        """Return the platform's id of a sent post."""
        ...

    def of(self, run: RunId) -> list[OutboxRow]:
        """Return the posts of a run in order: its transcript."""
        ...


class Records(Protocol):
    """The concepts of one transaction. Valid only inside the function that `Store.write` or `Store.read` calls."""

    @property
    def inbox(self) -> InboxRecords:
        """The InboxRecords of this transaction."""
        ...

    @property
    def conversations(self) -> Conversations:
        """The Conversations of this transaction."""
        ...

    @property
    def runs(self) -> Runs:
        """The Runs of this transaction."""
        ...

    @property
    def requests(self) -> Requests:
        """The Requests of this transaction."""
        ...

    @property
    def journal(self) -> Journal:
        """The Journal of this transaction."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The Outbox of this transaction."""
        ...


class Store(Protocol):
    """The durable record."""

    async def write(self, work: Callable[[Records], T]) -> T:
        """Run `work` in one transaction and return what it returned, once that is durable.

        `work` is synchronous, does no other I/O and may be run again from the start when the commit failed.
        An exception of it rolls everything back and is raised here. Cancelling the caller does not
        interrupt a transaction that has begun.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: Nothing of it happened.
        """
        ...

    async def read(self, work: Callable[[Records], T]) -> T:
        """Run `work` on one consistent view; it must not write."""
        ...

    async def close(self) -> None:
        """Finish what has begun and let the file go."""
        ...


class Inbox(Protocol):
    """The one door for what people said; adapters hold it."""

    async def accept(self, event: Event) -> Receipt:
        """Record an event and everything it means, in one transaction, and wake the conversation.

        When this returns, the platform may be acknowledged: nothing of it can be lost any more.
        Called again with the same delivery, it changes nothing and says `duplicate`.

        Raises:
            StoreError: Nothing happened; do not acknowledge.
        """
        ...


class Engine(Protocol):
    """Wakes conversations. The store is the truth; a lost wake is repaired by recovery and the sweeper."""

    async def start(self) -> None:
        """Begin stepping, first the conversations that a crash left unfinished."""
        ...

    async def wake(self, conversation: ConversationId) -> None:
        """Have the conversation stepped at least once from now on, never twice at a time; may be called at will."""
        ...

    async def interrupt(self, conversation: ConversationId) -> None:
        """Cancel a step that is under way; harmless when there is none."""
        ...

    async def drain(self, seconds: float) -> None:
        """Take no new step, let running ones come to a recorded point, cancel them after this long."""
        ...


class RunJournal(Protocol):
    """One run's journal during one step. Every call is fenced by the step's epoch."""

    async def load(self) -> Recorded:
        """Return everything recorded of the run, as one consistent view."""
        ...

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        """Record effects, turns (with their posts) and requests (with their cards) in one transaction.

        Returns:
            Answers that exist already for requests of this batch, by key: kept messages answer a text request at once.

        Raises:
            FencedError: Another step, or a stop, owns the conversation; nothing was recorded.
            StoreError: Nothing was recorded.
        """
        ...

    async def notice(self, text_id: str, **facts: object) -> None:
        """Show a sentence of the catalogue in the thread once per run and sentence."""
        ...


class Preview(Protocol):
    """Live deltas of the speaking agent: decoration, losing it loses nothing."""

    def delta(self, path: str, agent: str, text: str) -> None:
        """Show more of what the agent is saying. Never blocks, never raises."""
        ...


class Teams(Protocol):
    """The teams on offer, and how they work. The only port through which the core meets the agents."""

    def list(self) -> list[TeamSummary]:
        """Return the presets and the files of the teams' folder."""
        ...

    def pin(self, name: str) -> Json:
        """Resolve a team completely, so that later edits of its file don't reach runs that began before.

        Raises:
            UnknownTeamError: There is no such team.
            TeamFileError: Its file is wrong.
        """
        ...

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        """Replay the run and go on until it ends or waits for people.

        Everything that is not a pure function of `run` goes through `journal`. Cancelling it leaves nothing running.

        Raises:
            RetryLaterError: The same call may succeed later.
            RunFailedError: The run cannot go on; the message is for the thread.
            FencedError: Another step owns the conversation.
        """
        ...


class ChatAdapter(Protocol):
    """One platform. What it lacks is a fallback inside it, never a question of the core."""

    @property
    def name(self) -> str:
        """The first part of its threads' addresses."""
        ...

    async def run(self, inbox: Inbox) -> None:
        """Receive events until cancelled, handing each to the inbox before acknowledging it."""
        ...

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return the platform's id of it; with `update`, replace that message.

        Raises:
            RetryLaterError: It was surely not shown; try again.
            PostRefusedError: It never will be.
            Exception of a connection: It may have been shown; `find` tells.
        """
        ...

    async def find(self, post: Post) -> str | None:
        """Return the platform's id of a post that may have been shown by an earlier attempt, or None."""
        ...

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty text: its turn was recorded, or given up."""
        ...

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept."""
        ...
