"""Wires at a bot's awaits on the outside: at the n-th of them its steps are cancelled, and it does no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypeVar

from bot.engine import EmbeddedEngine, Limits
from bot.ports import Records, Store
from bot.recovery import serving
from tests.fakes import FakeAdapter, FakeClock, Thread
from tests.integration.core.rig import Rig
from tests.scripted import ScriptedTeams

T = TypeVar("T")


async def _nothing() -> None:
    """Nobody stands at the wire's end."""


class Wire:
    """Trips at the n-th await on the outside; 0: never."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.passed = 0
        self.tripped = False
        """Whether it has, in the life of the newest engine."""
        self._trip: Callable[[], Awaitable[None]] = _nothing

    def ends(self, engine: EmbeddedEngine) -> None:
        """End this engine, from now on, when it trips: no step goes on, and none begins."""
        self.tripped = False
        self._trip = partial(engine.drain, 0.0)

    async def point(self, _key: str = "") -> None:
        self.passed += 1
        if self.passed == self.at:
            self.tripped = True
            await self._trip()
        await asyncio.sleep(0)


def wires() -> Iterator[Wire]:
    """Return wires that trip one await later each, until one that was never reached."""
    at, wire = 0, Wire(0)
    while wire.passed >= at:
        at, wire = at + 1, Wire(at + 1)
        yield wire


class WiredStore:
    """A store with a wire before and after each transaction."""

    def __init__(self, store: Store, wire: Wire) -> None:
        self._store = store
        self._wire = wire

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        await self._wire.point()
        result = await self._store.write(work, patient=patient, first=first)
        await self._wire.point()
        return result

    async def read(self, work: Callable[[Records], T]) -> T:
        await self._wire.point()
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


class WiredAdapter(FakeAdapter):
    """A thread with a wire before and after each post."""

    wire = Wire(0)

    async def post(self, *facts: object, **named: object) -> str:
        await self.wire.point()
        platform_id = await super().post(*facts, **named)  # type: ignore[arg-type] # handed on as they came
        await self.wire.point()
        return platform_id


async def live(store: Store, wire: Wire, adapter: FakeAdapter, thread: Thread) -> None:
    """Say hi to a team that speaks and asks, and work until all is done or the wire trips, as one process does."""
    clock = FakeClock()
    teams = ScriptedTeams({"greet": [["say", "ada", "one"], ["ask", "you"]]}, clock=clock)
    rig = Rig(WiredStore(store, wire), adapter, teams, clock, Limits())
    wire.ends(rig.engine)
    async with serving(rig.engine, drain_seconds=0.0):
        await Rig(store, adapter, teams, clock, Limits()).inbox.accept(thread.event("hi", delivery="d1"))
        await rig.engine.wake(thread.ref.conversation)
        for _ in range(6):
            await rig.until(lambda: rig.engine.idle or wire.tripped)
            await clock.advance(1)
