"""One run during one step: what the seams find through the context variable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from agents.content import Quoting
from agents.durable.approvals import Approvals
from agents.durable.files import FileHashes
from agents.durable.history import History
from agents.durable.parking import Parking
from agents.durable.questions import Policy, Questions
from agents.durable.recorder import Recorder
from agents.durable.requests import MessageHashes
from agents.durable.signals import PATH, NeedHuman
from agents.durable.turns import Turns, hidden
from agents.durable.values import ContextChanges
from agents.models.port import ModelClient
from bot.domain import Recorded, Run, TurnKind
from bot.ports import Clock, Preview, RunJournal
from bot.texts import say


class DurableRun:
    """A run that works: its recorder, questions, turns and tasks."""

    def __init__(
        self,
        run: Run,
        recorded: Recorded,
        *,
        journal: RunJournal,
        preview: Preview,
        models: ModelClient,
        policy: Policy,
        clock: Clock,
        warm: bool,
    ) -> None:
        self.run = run
        self._tasks: set[asyncio.Task[object]] = set()
        # Nothing that the run holds knows the run: it goes as soon as it is let go, without a collection of garbage.
        alone = partial(_alone, self._tasks)
        self.recorder = Recorder(journal, recorded, clock, alone=alone)
        self.turns = Turns(self.recorder)
        self.parking = Parking(allowed=lambda: warm and alone())
        self.questions = Questions(run, self.recorder, self.turns, policy, clock, self.parking)
        self.approvals = Approvals(run, self.recorder, self.questions)
        self.policy = policy
        self.models = models
        self.preview = preview
        self.hashes = MessageHashes()
        self.history = History(policy.history)
        self.quoting = Quoting()
        """Which of the files that the run began with are quoted in its first message."""
        self.changes = ContextChanges()
        self.skipped: WeakKeyDictionary[Any, tuple[list[Any], set[Callable[..., Any]]]] = WeakKeyDictionary()
        """By agent: its reply functions, and those of them that are not asked. AutoGen makes two agents for each
        speaker that a model selects, with all that was said; they go when it lets go of them."""
        self.stop_reason = ""
        """Why the outermost chat ended, in AutoGen's words."""
        self.sync_tools = asyncio.Lock()
        """Synchronous tools run off the loop, one after the other as they did on it."""
        self.cut: set[str] = set()
        """Answers that ended because the model might not say more: their last fence may lack its end."""
        self._at_end: list[Callable[[], None]] = []
        self._told: set[str] = set()
        self.files: dict[str, bytes] = {}
        """What people attached to answers and earlier code wrote: each code run finds it in its work folder."""
        self.file_hashes = FileHashes()

    def tell(self, text_id: str, *, rescue: str = "", **facts: object) -> None:
        """Show a sentence of the catalogue, in the run's language, beside the outermost chat's turns.

        `rescue` names what of a model's mistakes it tells of; see `ModelAnswer.rescues`.
        """
        token = PATH.set(PATH.get().partition("/")[0])
        try:
            self.turns.show(TurnKind.NOTICE, "", say(text_id, self.run.language, **facts), title=rescue)
        finally:
            PATH.reset(token)

    def tell_once(self, text_id: str) -> None:
        """Show a sentence the first time only."""
        if text_id not in self._told:
            self._told.add(text_id)
            self.tell(text_id)

    def show_status(self, agent: str, text: str) -> None:
        """Show in the current chat's preview what an agent waits for; empty: nothing any more."""
        path = PATH.get()
        if not hidden(path):
            self.preview.status(path, agent, text)

    @contextmanager
    def task(self) -> Iterator[None]:
        """Know the current task as one of this run's, so that none outlives the step."""
        task = asyncio.current_task()
        assert task is not None
        outermost = task not in self._tasks
        self._tasks.add(task)
        yield
        # A task that failed stays known: `settle` asks what it met.
        if outermost:
            self._tasks.discard(task)

    def at_end(self, do: Callable[[], None]) -> None:
        """Have something done once nothing of the run goes on in memory."""
        self._at_end.append(do)

    async def settle(self) -> None:
        """Let the other tasks of the run, such as parallel chats, come to their own question or end.

        Raises:
            Unwound: One of them failed.
        """
        for error in await self._others():
            if not isinstance(error, (NeedHuman, asyncio.CancelledError)):
                raise error

    async def abandon(self) -> None:
        """Cancel the other tasks of the run; when they are gone, nothing of it goes on."""
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        await self._others()
        while self._at_end:
            self._at_end.pop()()

    async def _others(self) -> list[BaseException]:
        errors: list[BaseException] = []
        while tasks := self._tasks - {asyncio.current_task()}:
            done, _ = await asyncio.wait(tasks)
            self._tasks -= done
            # Reading the exception also tells asyncio that somebody has looked at it.
            errors += [error for task in done if not task.cancelled() and (error := task.exception())]
        return errors


def _alone(tasks: Set[asyncio.Task[object]]) -> bool:
    """Return whether the current task is the only one of the run: nothing else goes on while it waits."""
    return all(task.done() for task in tasks - {asyncio.current_task()})


CURRENT: ContextVar[DurableRun | None] = ContextVar("threadfast_run", default=None)
"""The run that this task works for; empty: every seam is AutoGen's original."""


def current() -> DurableRun:
    """Return the run of this task."""
    run = CURRENT.get()
    assert run is not None
    return run
