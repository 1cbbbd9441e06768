"""What the core asks of a store about who may and what ran: approvals, the audit log, usage, deletion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain import (
    Approval,
    AuditEntry,
    AuditFilter,
    Claim,
    ConversationId,
    Decision,
    ForgetWish,
    InputRequest,
    Person,
    RequestId,
    RunId,
    ThreadRef,
)


class Approvals(Protocol):
    """What was approved, and what of it was begun. States only move forward."""

    def open(self, request: InputRequest) -> None:
        """Record the items of an approval as pending; a second time changes nothing."""
        ...

    def decide(self, request: InputRequest, decisions: Sequence[Decision | None], by: Person, at: datetime) -> None:
        """Move pending items to what was decided of them; None leaves an item as it is.

        An approval with other content marks the item's record as replaced and adds an approved one of that content.
        """
        ...

    def void(self, request: InputRequest, at: datetime) -> None:
        """Deny all of a request that was not answered: it expired, its run ended, or somebody replied otherwise.

        Also what was approved of it so far: an approval counts when all of its items are decided.
        """
        ...

    def claim(self, run: RunId, claim: Claim) -> bool:
        """Begin an execution, in one atomic change; False: its record does not cover exactly this, so it must not run.

        In a run that has ended nothing begins.

        An approved record covers what has its bytes and its seal, once; from then on it is claimed. By policy a claimed
        one counts further: with `once_per_code` executions of the same bytes and title, with `once_per_run` all code of
        the run, or all calls of the same tool; with `always` none.
        """
        ...

    def done(self, run: RunId, effect: str) -> None:
        """Move what this effect claimed to done."""
        ...

    def of(self, run: RunId) -> list[Approval]:
        """Return the run's records in the order in which they were added."""
        ...


class Audit(Protocol):
    """Who did what: only ever added to."""

    def add(self, entry: AuditEntry) -> None:
        """Add a fact."""
        ...

    def refused_since(self, entry: AuditEntry, moment: datetime) -> bool:
        """Say whether the same was refused to the same person in the same conversation since then, for that reason."""
        ...

    def of(self, wanted: AuditFilter) -> list[AuditEntry]:
        """Return the facts that are wanted, oldest first."""
        ...


class Usage(Protocol):
    """What people, channels and teams have used, by day; `scope` is `person:…`, `channel:…` or `team:…`."""

    def add(self, day: date, scopes: Sequence[str], *, runs: int = 0, tokens: int = 0) -> None:
        """Count runs that were started and tokens that models used, for each of these scopes."""
        ...

    def used(self, day: date, scopes: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """Return (runs, tokens) of that day for each scope that has any."""
        ...

    def working(self, scopes: Sequence[str]) -> Mapping[str, int]:
        """Return how many runs work now, not waiting for people, for each scope that has any.

        At most one scope of each kind. A person may be one in every workspace: `person:adapter:*:id`.
        """
        ...

    def forget(self, before: date) -> None:
        """Forget the days before this one: nothing asks for them any more."""
        ...

    def spans(self, run: RunId) -> Sequence[tuple[datetime, datetime]]:
        """Return from when to when each of a run's models, code and tools worked."""
        ...


class Retention(Protocol):
    """What is deleted for good. The audit log keeps its facts."""

    def forget(self, conversation: ConversationId) -> bool:
        """Delete everything of a conversation, what waits for anything included; False: there was nothing.

        Its epoch rises first, so a step that is under way records and posts nothing more.
        """
        ...

    def before(self, moment: datetime, *, most: int) -> list[ConversationId]:
        """Return conversations in which nothing was said or done since then and no run is open."""
        ...

    def idle(self, conversation: ConversationId, moment: datetime) -> bool:
        """Return whether nothing was said or done there since then and no run is open."""
        ...

    def holds(self, conversation: ConversationId) -> Mapping[str, int]:
        """Return how many `runs`, `open_runs`, `messages`, `requests`, `effects` and `posts` it has."""
        ...


class Forgetting(Protocol):
    """Which conversations somebody wants deleted: how they are found, and the wishes."""

    def of_person(self, person: str, *, most: int) -> list[ConversationId]:
        """Return conversations that this person (`adapter:workspace:id`) started a run in, or said something in.

        `adapter:*:id`: in every workspace.
        """
        ...

    def started_by(self, person: str, *, within: str, before: datetime, most: int) -> list[ConversationId]:
        """Return conversations that this person (`adapter:workspace:id`) began before then, the oldest first.

        `within`: what their ids begin with, such as `adapter:workspace:channel:`.
        """
        ...

    def begun(self, prefix: str, *, most: int) -> list[ConversationId]:
        """Return the conversation of this id, or those whose ids begin so."""
        ...

    def wish(self, wish: ForgetWish) -> None:
        """Have a conversation deleted by the engine that works on this store; the first wish counts.

        A wish without a condition counts before one that has one.
        """
        ...

    def withdraw(self, conversation: ConversationId) -> None:
        """Let a conversation stay that was to be deleted."""
        ...

    def wishes(self, *, most: int) -> list[ForgetWish]:
        """Return what is to be deleted and is not yet; deleting a conversation fulfils it."""
        ...


class Refusals(Protocol):
    """Who need not be opened a thread, shown or read anything: the core would refuse what they want.

    A refusal that never reaches the inbox is noted here in the audit log; the same one within minutes is one entry.
    Every method may raise StoreError: then nothing is known, or noted.
    """

    async def turned_away(self, person: Person, thread: ThreadRef, language: str, *, team: str | None = None) -> str:
        """Say why what a person says in a thread begins and answers nothing there; empty: it may.

        Asked before anything follows from it that others can see. Whoever is turned away is noted.

        Args:
            person: Who.
            thread: Where; its thread is empty, or any, where there is none yet.
            language: Of the sentence.
            team: The team that they name, if they name one.
        """
        ...

    async def hears(self, person: Person, thread: ThreadRef, *, team: str | None = None) -> bool:
        """Say whether anything that a person says in a thread may count there now: if not, its files need not be read.

        Nothing is noted: what they said is handed to the inbox all the same, which refuses it.
        """
        ...

    async def card_refused(self, person: Person, place: ThreadRef, request: RequestId) -> None:
        """Note that a person used a button or a form that is not about what waits there."""
        ...

    async def default_refused(self, person: Person, place: ThreadRef) -> None:
        """Note that a person may not set a default team there, by what their platform says of them."""
        ...


class Redact(Protocol):
    """Takes secrets out of what leaves the process. Never raises."""

    def text(self, text: str) -> str:
        """Return the text without secrets; the very same text where there is none."""
        ...

    def value(self, value: Any) -> Any:
        """Return JSON with the secrets taken out of every text in it."""
        ...

    def data(self, data: bytes) -> bytes:
        """Return a file's bytes without secrets."""
        ...

    def begun(self, text: str) -> int:
        """Return how many characters at the end of a text that goes on may be the beginning of a secret."""
        ...
