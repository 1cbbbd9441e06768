"""What the core asks of a store.

It is a unit of work: `Store.write` runs a synchronous function in one transaction, and the function composes the
concepts (`InboxRecords`, `Conversations`, `Runs`, `Requests`, `Journal`, `Outbox` …) it is handed. So a turn, its
effect, its posts and the run's state are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain import (
    Answer,
    Conversation,
    ConversationId,
    ConversationSummary,
    Decision,
    Effect,
    Event,
    InputRequest,
    OutboxRow,
    Position,
    Post,
    PostStatus,
    RequestId,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    Sent,
)
from bot.ports.platforms import Deliveries, Notes, Places, Steering, Workspaces
from bot.ports.security import Approvals, Audit, Forgetting, Retention, Usage

T = TypeVar("T")


class InboxRecords(Protocol):
    """What people said, and what is due. Rows are only added and marked."""

    def add(self, event: Event) -> bool:
        """Record an event; False when its delivery id, or its message in this thread, is already known."""
        ...

    def keep(self, event: Event) -> None:
        """Mark a recorded message as kept, with what it says now: it waits for the next text request or the next run.

        One that was taken but not used is kept again, in its old place.
        """
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
        """Create it, or replace all but its epoch."""
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

    def unfinished(self, adapters: Collection[str] | None = None) -> list[ConversationId]:
        """Return those with a working run, or a post that is not sent: what recovery wakes.

        With adapters, posts that none of these can send don't count.
        """
        ...

    def theirs(self, person: str, *, adapter: str, workspace: str, limit: int = 20) -> list[ConversationSummary]:
        """Return at most this many of the conversations that concern a person of a workspace, given by id.

        They are those whose latest run the person started, and those with an open request that names the person. Those
        that wait for the person come first, then the newest. What is open to everybody in somebody else's thread does
        not concern the person: who may see that thread is for the platform to say.
        """
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
        """Add one step that is begun and return how many there were since the last progress."""
        ...

    def reset_attempts(self, run: RunId, *, to: int = 0) -> None:
        """Forget begun steps beyond this many: something was recorded, or the step was ended in good order."""
        ...

    def of(self, conversation: ConversationId | None = None, *, prefix: str = "", limit: int = 100) -> list[Run]:
        """Return runs, newest first: all, or those of a conversation, or those whose id begins with the prefix."""
        ...

    def __len__(self) -> int:
        """Return how many there are, without reading them."""
        ...


class Requests(Protocol):
    """Questions to people."""

    def open(self, request: InputRequest) -> None:
        """Record an open request; a second one with the same run and key changes nothing."""
        ...

    def get(self, request: RequestId) -> InputRequest | None:
        """Return it as it is now."""
        ...

    def of(
        self, conversation: ConversationId, *, status: RequestStatus | None = None, newest: int | None = None
    ) -> list[InputRequest]:
        """Return the conversation's requests, oldest first; with `newest`, so many of the last ones at most."""
        ...

    def answered(self, run: RunId) -> list[InputRequest]:
        """Return the run's answered and expired requests: what a replay answers with."""
        ...

    def decide(
        self, request: RequestId, decided: tuple[Decision | None, ...] | None = None, *, unseen: Collection[int] = ()
    ) -> None:
        """Replace what is decided so far of an open approval (None: nothing new); any other request is left as it is.

        `unseen`: items that nobody can be shown, besides those that are noted already.
        """
        ...

    def close(self, request: RequestId, status: RequestStatus, answer: Answer | None = None) -> bool:
        """Move an open request to this status; False when it was not open any more: the first one wins."""
        ...


class Journal(Protocol):
    """The effects of runs."""

    def effects(self, run: RunId) -> list[Effect]:
        """Return them in the order in which they were first recorded."""
        ...

    def position(self, run: RunId) -> Position:
        """Return how many effects there are and how far they are completed, without reading them."""
        ...

    def record(self, run: RunId, effects: Sequence[Effect]) -> None:
        """Add effects, or complete started ones; a done effect is never changed."""
        ...


class Outbox(Protocol):
    """What threads are to show."""

    def add(self, post: Post, *, sending: bool = False) -> OutboxRow | None:
        """Record a post; a second one with its key changes nothing.

        With `sending`, it is recorded as the one that is being sent where nothing of its conversation is unsent before
        it, and returned as it was before that: `pending`.
        """
        ...

    def unsent(self, conversation: ConversationId, *, limit: int = 50) -> list[OutboxRow]:
        """Return the conversation's pending and sending posts in the order they were added."""
        ...

    def mark(self, row: int, status: PostStatus, *, platform_id: str | None = None, reason: str = "") -> None:
        """Move a row to this status."""
        ...

    def sent_as(self, conversation: ConversationId, key: str | None = None) -> Sent | None:
        """Return where and when a post was shown; without a key, where the newest that replaced no other was."""
        ...

    def keys(self, run: RunId) -> list[str]:
        """Return the keys of a run's posts in order, without reading the posts."""
        ...

    def of(self, run: RunId, *, status: PostStatus | None = None) -> list[OutboxRow]:
        """Return the posts of a run in order, its transcript, or only those in this status."""
        ...


class Records(Protocol):
    """The concepts of one transaction. Valid only inside the function that `Store.write` or `Store.read` calls."""

    def when_durable(self, call: Callable[[], None]) -> None:
        """Have this called once the transaction is durable, before anybody is told so and before any later one.

        It is called on the store's thread, and not at all where nobody can know that the transaction is durable.
        """
        ...

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

    @property
    def deliveries(self) -> Deliveries:
        """The Deliveries of this transaction."""
        ...

    @property
    def places(self) -> Places:
        """The Places of this transaction."""
        ...

    @property
    def notes(self) -> Notes:
        """The Notes of this transaction."""
        ...

    @property
    def steering(self) -> Steering:
        """The Steering of this transaction."""
        ...

    @property
    def workspaces(self) -> Workspaces:
        """The Workspaces of this transaction."""
        ...

    @property
    def approvals(self) -> Approvals:
        """The Approvals of this transaction."""
        ...

    @property
    def audit(self) -> Audit:
        """The Audit of this transaction."""
        ...

    @property
    def usage(self) -> Usage:
        """The Usage of this transaction."""
        ...

    @property
    def retention(self) -> Retention:
        """The Retention of this transaction."""
        ...

    @property
    def forgetting(self) -> Forgetting:
        """The Forgetting of this transaction."""
        ...


class Store(Protocol):
    """The durable record."""

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        """Run `work` in one transaction and return what it returned, once that is durable.

        With `patient` it may take some milliseconds longer, so that others need not wait for its commit. With `first`
        it goes before everything that waits, and what is performed with others is committed with it, without those
        that have not begun: for what a platform wants acknowledged at once. It may overtake whatever nobody was told
        to be durable yet; of several with `first`, none overtakes another.

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
