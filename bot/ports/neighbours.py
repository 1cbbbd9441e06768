"""The core's other neighbours, and the core as they see it: time, what is looked up for people, the engine."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.domain import (
    ConversationId,
    ConversationSummary,
    Event,
    InputRequest,
    Json,
    Person,
    RequestId,
    Run,
    TeamSummary,
    ThreadRef,
)
from bot.ports.security import Refusals
from bot.ports.store import Records


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after this long."""
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
        model; until the transaction is durable it records, runs and shows nothing.
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
