"""The whole bot over a real store, with AutoGen's teams, and counters of what a replay would cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from agents.models.port import ModelClient
from agents.team import AutogenTeams
from bot.domain import Answer, Batch, Effect, Json, Outcome, Position, Recorded, RequestId, Run, RunId, TeamSummary
from bot.engine import Limits
from bot.ports import Preview, Records, RunJournal, Store
from bot.store.store import OnCommit
from tests.fakes import FakeAdapter, FakeClock, Thread
from tests.integration.core.rig import Rig, running

T = TypeVar("T")


class WatchedJournal:
    """A run's journal; counts its whole readings."""

    def __init__(self, journal: RunJournal, teams: WatchedTeams) -> None:
        self._journal = journal
        self._teams = teams

    async def load(self) -> Recorded:
        self._teams.loads += 1
        return await self._journal.load()

    async def peek(self, request: RequestId) -> Position:
        position = await self._journal.peek(request)
        self._teams.peeks.append(position)
        return position

    async def permit(self) -> None:
        await self._journal.permit()

    async def use(self, tokens: int) -> None:
        await self._journal.use(tokens)

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        return await self._journal.commit(batch)


@dataclass
class WatchedTeams:
    """The real teams under a watched journal: each load is a replay."""

    teams: AutogenTeams
    loads: int = 0
    peeks: list[Position] = field(default_factory=list)

    def list(self) -> list[TeamSummary]:
        return self.teams.list()

    def pin(self, name: str) -> Json:
        return self.teams.pin(name)

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        return await self.teams.advance(run, WatchedJournal(journal, self), preview)

    async def forget(self, run: RunId) -> None:
        await self.teams.forget(run)


class Commits:
    """What the store calls around each commit: whatever a test puts here."""

    def __init__(self) -> None:
        self.seen: OnCommit = lambda _point, _number: None

    def __call__(self, point: str, number: int) -> None:
        self.seen(point, number)


class WatchedStore:
    """A store; counts how often it is read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        return await self._store.write(work, patient=patient, first=first)

    async def read(self, work: Callable[[Records], T]) -> T:
        self.reads += 1
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


@dataclass
class Bot:
    """One process of the bot."""

    rig: Rig
    teams: WatchedTeams
    store: WatchedStore
    commits: Commits
    before: set[asyncio.Task[Any]]
    """The tasks that there were before anybody spoke."""

    async def say(self, thread: Thread, *words: str) -> None:
        for text in words:
            await self.rig.say(thread.event(text, team="solo"))

    async def effects(self, thread: Thread) -> list[Effect]:
        [run] = await self.rig.runs(thread)
        return await self.rig.store.read(lambda records: records.journal.effects(run.id))

    @property
    def warm(self) -> int:
        """How many programs wait in memory, by their tasks."""
        return len(asyncio.all_tasks() - self.before)


@asynccontextmanager
async def bot(
    folder: Path,
    models: ModelClient,
    adapter: FakeAdapter,
    *,
    room: int | None = None,
    clock: FakeClock | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Bot]:
    """Run one process of the bot, from its start to a clean end."""
    clock = clock or FakeClock()
    teams = WatchedTeams(AutogenTeams([folder], models=models, clock=clock, warm=room))
    commits, stores = Commits(), list[WatchedStore]()

    def watched(store: Store) -> Store:
        stores.append(WatchedStore(store))
        return stores[0]

    async with running(
        folder,
        adapter=adapter,
        teams=cast("Any", teams),
        clock=clock,
        limits=limits,
        on_commit=commits,
        around=watched,
    ) as rig:
        # A first call of the pool and of the library may leave threads, never tasks.
        yield Bot(rig, teams, stores[0], commits, asyncio.all_tasks())
        await teams.teams.close()
