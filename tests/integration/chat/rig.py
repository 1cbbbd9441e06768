"""The bot in this process: the whole core over a real store, scripted teams, and an adapter at a real server."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from bot import ports
from bot.app import SystemClock
from bot.domain import InputRequest, RequestStatus, Run, ThreadRef
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.outbox import RedactingAdapter
from bot.overview import StoredOverview
from bot.permissions import Permissions
from bot.ports import ChatAdapter, Clock, Overview, Redact, Store
from bot.recovery import serving
from bot.redaction import Redactor
from bot.store import open_store
from tests.scripted import Script, ScriptedTeams

GREET: Script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
CODE: Script = [
    ["say", "ada", "here is code"],
    ["approve", "runner", "code", ["print(1)"]],
    ["say", "ada", "done"],
]


class Closed(ChatAdapter, Protocol):
    """An adapter that holds connections."""

    async def close(self) -> None:
        """Close them."""
        ...


A = TypeVar("A", bound=Closed)


class Bot(Generic[A]):
    """One bot process; several over the same file, one after the other, are its restarts."""

    def __init__(self, path: Path, store: Store, adapter: A, teams: ScriptedTeams, inbox: Inbox) -> None:
        self.path = path
        self.store = store
        self.adapter = adapter
        self.teams = teams
        self.inbox = inbox

    async def runs_of(self, thread: ThreadRef) -> list[Run]:
        """Return the runs of a thread, oldest first."""
        return (await self.store.read(lambda records: records.runs.of(thread.conversation)))[::-1]

    async def questions_of(self, thread: ThreadRef) -> list[InputRequest]:
        """Return the open requests of a thread."""
        return await self.store.read(
            lambda records: records.requests.of(thread.conversation, status=RequestStatus.OPEN)
        )

    async def all_runs(self) -> list[Run]:
        """Return every run."""
        return await self.store.read(lambda records: records.runs.of(limit=100_000))

    async def until(self, holds: Callable[[], object]) -> None:
        """Return once this holds; the test's time limit ends the wait."""
        while not holds():  # noqa: ASYNC110 - what a test waits for has no event
            await asyncio.sleep(0.005)

    async def until_handled(self) -> None:
        """Return once every received delivery is handled; the test's time limit ends the wait."""
        while await asyncio.to_thread(unhandled, self.path):  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0.01)


B = TypeVar("B")


def unhandled(path: Path) -> list[str]:
    """Return the ids of the deliveries that are received and not handled."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        rows = database.execute("SELECT delivery FROM deliveries WHERE handled_at IS NULL").fetchall()
    return [str(row[0]) for row in rows]


@asynccontextmanager
async def bot_running(
    path: Path,
    made: Callable[[Path, Store, A, ScriptedTeams, Inbox], B],
    adapter_of: Callable[[Store, Overview, Clock], A],
    reached: Callable[[asyncio.Task[None]], Awaitable[None]],
    *,
    scripts: Mapping[str, Script] | None = None,
    teams: ScriptedTeams | None = None,
    clock: Clock | None = None,
    permissions: Permissions | None = None,
    between: Callable[[ports.Inbox], ports.Inbox] = lambda inbox: inbox,
    redact: Redact | None = None,
) -> AsyncIterator[B]:
    """Run a bot over the store at `path`, as one process does from its start to a clean end.

    Args:
        path: Where the store is.
        made: Makes what the test is given.
        adapter_of: Makes the adapter.
        reached: Returns once deliveries reach the adapter, or its task has ended.
        scripts: What the teams do.
        teams: Teams of the test's own instead.
        clock: Where time comes from.
        permissions: Who may do what.
        between: Makes what stands between the adapter and the inbox.
        redact: Takes secrets out of what is handed to the adapter.
    """
    clock = clock or SystemClock()
    teams = teams or ScriptedTeams(scripts or {"greet": GREET, "coder": CODE}, clock=clock)
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock)
    try:
        overview = StoredOverview(
            store=store, teams=teams, default_team="greet", models=_models, permissions=permissions
        )
        adapter = adapter_of(store, overview, clock)
        adapters = {adapter.name: RedactingAdapter(adapter, redact or Redactor())}
        engine = EmbeddedEngine(
            store=store, teams=teams, adapters=adapters, clock=clock, limits=Limits(), permissions=permissions
        )
        inbox = Inbox(
            store=store,
            teams=teams,
            engine=engine,
            clock=clock,
            adapters=adapters,
            default_team="greet",
            permissions=permissions,
        )
        try:
            async with asyncio.TaskGroup() as group:
                async with serving(engine, drain_seconds=5.0):
                    run = group.create_task(adapter.run(between(inbox)))
                    await reached(run)
                    yield made(path, store, adapter, teams, inbox)
                run.cancel()
        finally:
            await adapter.close()
    finally:
        await store.close()


async def _models(language: str) -> str:
    return "The model host answers."
