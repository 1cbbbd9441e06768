"""The core as its neighbours see it, and its neighbours as the core sees them: adapters, engine, teams, time."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain import (
    Answer,
    Batch,
    Conversation,
    ConversationId,
    ConversationSummary,
    Delivery,
    Event,
    InputRequest,
    Json,
    Outcome,
    Person,
    Position,
    Post,
    Receipt,
    Recorded,
    RequestId,
    Run,
    RunId,
    TeamSummary,
    ThreadRef,
)
from bot.ports.security import Refusals
from bot.ports.store import Records

T = TypeVar("T")


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after this long."""
        ...


class Listening(Protocol):
    """How far an adapter has listened in each place, for platforms that do not repeat what was said meanwhile."""

    async def places(self, adapter: str) -> dict[str, int]:
        """Return the places that are known, each with the position up to which everything there is recorded."""
        ...

    async def note(self, adapter: str, place: str, position: int) -> None:
        """Know a place, and that everything up to this position is recorded there; a position only rises.

        Raises:
            StoreError: Nothing was noted.
        """
        ...

    async def leave(self, adapter: str, place: str) -> None:
        """Forget a place that is gone."""
        ...


class Inbox(Listening, Protocol):
    """The one door for what people said; adapters hold it."""

    async def accept(self, event: Event) -> Receipt:
        """Record an event and everything it means, in one transaction, and wake the conversation.

        When this returns, the platform may be acknowledged: nothing of it can be lost any more.
        Called again with the same delivery, it changes nothing and says `duplicate`; to whom pressed something in vain,
        why, as far as that is still known: nobody else was told.

        Raises:
            StoreError: Nothing happened; do not acknowledge.
        """
        ...

    async def receive(self, delivery: Delivery) -> bool:
        """Record a delivery as it came, before it is understood; False when it is known already.

        For platforms that want their acknowledgement at once, where understanding takes calls and downloads. When
        this returns, the platform may be acknowledged; the adapter works on the delivery and calls `handled`.
        Its place and position are noted in the same transaction, also when it is known already.

        Raises:
            StoreError: Nothing happened; do not acknowledge.
        """
        ...

    async def unhandled(self, adapter: str) -> list[Delivery]:
        """Return the deliveries that were received and not handled, oldest first: what a crash left to an adapter.

        Each is counted as tried once more.
        """
        ...

    async def handled(self, delivery: Delivery) -> None:
        """Forget the body of a delivery: all that follows from it is recorded. Its id stays known for a week."""
        ...

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        """Return what is recorded of a thread; None: the bot has no part in it, so only what names it counts there.

        For platforms where looking up names and files is dear: what does not count needs none.
        """
        ...


class DefaultTeams(Protocol):
    """The teams that conversations get where none is named."""

    async def default_team(self, thread: ThreadRef) -> str:
        """Return the team that a conversation in this channel gets when none is named."""
        ...

    async def set_default_team(
        self, *, adapter: str, workspace: str, channel: str = "", team: str, person: Person
    ) -> None:
        """Set the team of a channel's conversations to come; without a channel, the workspace's.

        Raises:
            NotAllowedError: This person may not start runs of it there, so nothing happened.
            UnknownTeamError: There is no such team.
            TeamFileError: Its file is wrong.
            StoreError: Nothing happened.
        """
        ...


class OwnConversations(Protocol):
    """What a person began in a place, and may have deleted."""

    async def began(self, person: Person, place: ThreadRef, *, before: datetime) -> int:
        """Return how many conversations a person began before then in a thread; its thread empty: in its channel."""
        ...

    async def forget(self, person: Person, place: ThreadRef, *, before: datetime) -> int:
        """Have those deleted for good, soon, and return how many they are.

        Raises:
            StoreError: None of them is.
        """
        ...


class Overview(DefaultTeams, OwnConversations, Refusals, Protocol):
    """What adapters look up for people, and what people set and delete."""

    async def teams(self) -> list[TeamSummary]:
        """Return the teams on offer."""
        ...

    async def conversations(self, person: Person, *, adapter: str, workspace: str) -> list[ConversationSummary]:
        """Return the newest conversations of a workspace whose latest run this person started, or that ask for them.

        Those that wait for the person come first, then the newest. What asks everybody in somebody else's thread is
        not listed: the person may not be allowed to see that thread.
        """
        ...

    async def request(self, request: RequestId) -> InputRequest | None:
        """Return an input request as it is now."""
        ...

    async def objection(self, request: InputRequest, person: Person, language: str, *, changing: bool = False) -> str:
        """Say why a person may not answer a request, or decide it, as things are now; empty: they may.

        The core asks itself again when they do: this only spares them from writing in vain. With `changing`, it is
        about other code than what is shown. Whoever may not is noted in the audit log.
        """
        ...

    async def models(self, language: str) -> str:
        """Return one line on the model host's state, in a language of the catalogue. Never raises."""
        ...


class PinnedTeams(Protocol):
    """The teams that are known to one transaction, and who may start them."""

    def get(self, team: str) -> Json | None:
        """Return the resolved team, or None when it cannot be used; by an exception, the transaction waits for it."""
        ...

    def complaint(self, team: str, language: str) -> str:
        """Say why a team cannot be used and which there are."""
        ...

    def may_start(self, event: Event, team: str) -> bool:
        """Say whether who said this may start a run of a team with it, as the permissions are today."""
        ...

    def admit(self, records: Records, event: Event, team: str, now: datetime) -> tuple[str, dict[str, object]] | None:
        """Count a run that begins with this, or return the sentence, and its facts, of the budget that is used up."""
        ...


class Claim(Protocol):
    """A conversation that the engine keeps for one transaction, so that this may also begin the step it asks for."""

    def begin(self, records: Records, pins: PinnedTeams, run: Run, answered: InputRequest | None) -> None:
        """Begin the step of a run that works, within the transaction that gave it something to do.

        It is called last in the transaction, and again when that is run again. `answered` is the request that the
        transaction has answered, with its answer, if it has answered one. The step may compute from then on, and ask a
        model; until `go_on` it records, runs and shows nothing.
        """
        ...

    async def go_on(self) -> None:
        """Hand the step over that was begun. Called once its transaction is durable, within the claim's block."""
        ...


class Engine(Protocol):
    """Wakes conversations. The store is the truth; a lost wake is repaired by the sweeper and by recovery."""

    async def recover(self) -> int:
        """Wake the conversations that a crash, or the last stop, left unfinished; return how many.

        Raises:
            StoreError: The store could not be read.
        """
        ...

    async def start(self) -> None:
        """Step what is woken until drained; returns when nothing works any more."""
        ...

    async def wake(self, conversation: ConversationId, *, person: str = "") -> None:
        """Have the conversation stepped at least once from now on, never twice at a time; may be called at will.

        Where many wait, they are stepped in turn over the persons for whom they are woken.

        It is not durable. A wake that is lost between the commit that asks for it and this call is repaired by the
        sweeper within seconds, and after the end of the process by recovery: both look for what is unfinished.
        """
        ...

    def claim(self, conversation: ConversationId, *, person: str = "") -> AbstractAsyncContextManager[Claim | None]:
        """Keep the conversation for one transaction, which may also begin the step that it asks for.

        Within the block nobody else steps the conversation: a wake counts once the block, or the step it has handed
        over, ends. It gives None where the step cannot begin so: one is under way or waits for its turn, the
        conversation is left alone for a while, or the engine has no place for it or is being drained. Then, and when
        the transaction has begun no step, it is to be woken.
        """
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

    async def peek(self, request: RequestId) -> Position:
        """Return how far the journal has come, and the answer to one request, without reading the journal."""
        ...

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        """Record effects, turns (with their posts) and requests (with their cards) in one transaction.

        Returns:
            Answers that exist already for requests of this batch, by key: kept messages answer a text request at once.

        Raises:
            FencedError: Another step, or a stop, owns the conversation; nothing was recorded.
            NotApprovedError: No approval covers an execution that the batch begins; nothing was recorded, but that.
            StoreError: Nothing was recorded.
        """
        ...

    async def permit(self) -> None:
        """Return if the run may ask a model now; called before each call that is made.

        Raises:
            OverBudgetError: A budget is used up; the run ends with that.
            StoreError: It is not known.
        """
        ...

    async def use(self, tokens: int) -> None:
        """Count what models used for what no batch records: calls that were stopped or failed. Not fenced.

        Raises:
            StoreError: It was not counted.
        """
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

    async def forget(self, run: RunId) -> None:
        """Let go of what memory may hold of a run that has ended while it waited; harmless when it holds nothing."""
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
            UnseenError: A card cannot bring some of its items to people. It is not shown so, or is no more: it is to
                be posted once more, with these noted in its request's `unseen`, and then offers no approval of them.
            Exception of a connection: It may have been shown; `find` tells.
        """
        ...

    def prepare(self, post: Post) -> None:
        """Compute what showing a post will take, while it is recorded; it may never be. Sends nothing, asks nothing."""
        ...

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the platform's id of a post that may have been shown by an earlier attempt, or None.

        Args:
            post: What is looked for.
            after: The platform's id of the newest post that is known to be shown there; None: none is.

        Raises:
            The errors of `post`.
        """
        ...

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty text: its turn was recorded, or given up."""
        ...

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept."""
        ...
