"""Teams as the core sees them, and the core as they see it: what a run is recorded in, and shown by while it works."""

from __future__ import annotations

from typing import Protocol

from bot.domain import Answer, Batch, Json, Outcome, Position, Recorded, RequestId, Run, RunId, TeamSummary


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

    def status(self, path: str, agent: str, text: str) -> None:
        """Say what the agent waits for, in place of what it has said so far, which counts for nothing.

        The next delta takes its place. Empty: it waits for nothing any more, and what it has said counts for nothing.
        Never blocks, never raises.
        """
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
