"""The whole core over a real store: inbox, engine, outbox, a fake thread and scripted teams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.budgets import Budgets
from bot.domain import Event, InputRequest, Receipt, RequestStatus, Run, RunStatus
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.outbox import RedactingAdapter
from bot.permissions import Permissions
from bot.ports import ChatAdapter, Redact, Store
from bot.recovery import serving
from bot.store import open_store
from bot.store.store import OnCommit
from tests.fakes import FakeAdapter, FakeClock, Thread
from tests.scripted import Script, ScriptedTeams

GREET: Script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]


class Rig:
    """One bot process; several over the same file, one after the other, are its restarts."""

    def __init__(
        self,
        store: Store,
        adapter: FakeAdapter,
        teams: ScriptedTeams,
        clock: FakeClock,
        limits: Limits,
        engine: Callable[..., EmbeddedEngine] = EmbeddedEngine,
        permissions: Permissions | None = None,
        redact: Redact | None = None,
        *,
        budgets: Budgets | None = None,
    ) -> None:
        self.store = store
        self.adapter = adapter
        self.teams = teams
        self.clock = clock
        shown = RedactingAdapter(adapter, redact) if redact is not None else adapter
        adapters: dict[str, ChatAdapter] = {adapter.name: shown}
        self.engine = engine(
            store=store,
            teams=teams,
            adapters=adapters,
            clock=clock,
            limits=limits,
            permissions=permissions,
            budgets=budgets,
        )
        self.inbox = Inbox(
            store=store,
            teams=teams,
            engine=self.engine,
            clock=clock,
            adapters=adapters,
            default_team="greet",
            workspace_languages={},
            permissions=permissions,
            budgets=budgets,
        )

    async def say(self, event: Event) -> Receipt:
        """Accept an event and let the bot do all that follows at once."""
        receipt = await self.inbox.accept(event)
        await self.quiet()
        return receipt

    async def quiet(self) -> None:
        """Return when nothing is left to do before somebody speaks or time passes."""
        while not self.engine.idle:  # noqa: ASYNC110 - nothing else tells a test that all is done
            await asyncio.sleep(0.001)

    async def pass_time(self, seconds: float) -> None:
        """Let virtual time pass in parts, after each of which the bot does all that is due."""
        for _ in range(20):
            # The sweeper may still be reading: time that passes meanwhile would pass it by.
            await self.until(lambda: self.clock.sleeping > 0)
            await self.clock.advance(seconds / 20)
            await self.quiet()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once this holds; the test's time limit ends the wait."""
        while not holds():  # noqa: ASYNC110 - what a test waits for has no event
            await asyncio.sleep(0.001)

    async def runs(self, thread: Thread) -> list[Run]:
        """Return the thread's runs, oldest first."""
        found = await self.store.read(lambda records: records.runs.of(thread.ref.conversation))
        return found[::-1]

    async def statuses(self, thread: Thread) -> list[RunStatus]:
        return [run.status for run in await self.runs(thread)]

    async def questions(self, thread: Thread, status: RequestStatus = RequestStatus.OPEN) -> list[InputRequest]:
        return await self.store.read(lambda records: records.requests.of(thread.ref.conversation, status=status))

    def lines(self, thread: Thread) -> list[str]:
        return self.adapter.lines(thread.ref)

    def said(self, thread: Thread) -> list[str]:
        """Return only what agents said."""
        return [line for line in self.lines(thread) if not line.startswith("[")]


@asynccontextmanager
async def running(
    path: Path,
    scripts: Mapping[str, Script] | None = None,
    *,
    adapter: FakeAdapter | None = None,
    teams: ScriptedTeams | None = None,
    clock: FakeClock | None = None,
    limits: Limits | None = None,
    engine: Callable[..., EmbeddedEngine] = EmbeddedEngine,
    permissions: Permissions | None = None,
    redact: Redact | None = None,
    budgets: Budgets | None = None,
    quiet: bool = True,
    on_commit: OnCommit | None = None,
    around: Callable[[Store], Store] = lambda store: store,
) -> AsyncIterator[Rig]:
    """Run a bot over the store at `path`, as one process does from its start to a clean end.

    With `quiet` it begins when all is done that was left to do. `on_commit` is the store's own hook, and `around`
    makes what stands between it and the bot.
    """
    clock = clock or FakeClock()
    teams = teams or ScriptedTeams(scripts or {"greet": GREET}, clock=clock)
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock, on_commit=on_commit)
    try:
        rig = Rig(
            around(store),
            adapter or FakeAdapter(),
            teams,
            clock,
            limits or Limits(),
            engine,
            permissions,
            redact,
            budgets=budgets,
        )
        async with serving(rig.engine, drain_seconds=5.0):
            await rig.until(lambda: rig.clock.sleeping > 0)
            if quiet:
                await rig.quiet()
            yield rig
    finally:
        await store.close()
