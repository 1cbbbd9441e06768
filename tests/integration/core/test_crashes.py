from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain import Accepted, RunStatus
from bot.engine import Limits
from bot.ports import Store
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import FakeAdapter, FakeClock, Thread, keys_sent_twice
from tests.integration.core.rig import Rig, running
from tests.integration.core.wires import Wire, WiredAdapter, WiredStore
from tests.scripted import Script, ScriptedTeams

SCRIPT: Script = [
    ["say", "ada", "hello"],
    ["ask", "you", "model"],
    ["say", "ada", "{answer}"],
    ["approve", "bot", "code", ["print(1)"]],
    ["say", "ada", "done"],
]
WORDS = ("hi", "go on", "approve")


class Life:
    """The thread and the store outlive the engines, each of which lives until its wire trips."""

    def __init__(self, store: Store, at: int, *, aside: bool) -> None:
        self.store = store
        self.aside = aside
        """Whether what people say is accepted beside the engine, which is then only woken."""
        self.wire = Wire(at)
        self.adapter = WiredAdapter()
        self.adapter.wire = self.wire
        self.clock = FakeClock()
        self.teams = ScriptedTeams({"greet": SCRIPT}, clock=self.clock)
        self.teams.during = self.wire.point
        self.thread = Thread()

    async def say(self, text: str) -> None:
        rig = Rig(WiredStore(self.store, self.wire), self.adapter, self.teams, self.clock, Limits())
        conversation = self.thread.ref.conversation
        self.wire.ends(rig.engine)
        async with serving(rig.engine, drain_seconds=0.0):
            if text:
                door = Rig(self.store, self.adapter, self.teams, self.clock, Limits()) if self.aside else rig
                await door.inbox.accept(self.thread.event(text))
                await rig.engine.wake(conversation)
            await rig.until(lambda: rig.engine.idle or self.wire.tripped)

    async def play(self) -> None:
        for text in WORDS:
            await self.say(text)
            await self.say("")


async def play(at: int, *, aside: bool) -> Life:
    store = await asyncio.to_thread(open_store, ":memory:")
    life = Life(store, at, aside=aside)
    await life.play()
    await store.close()
    return life


@pytest.mark.parametrize("aside", [True, False])
async def test_step_cancelled_at_any_await_leaves_a_record_that_a_restart_completes(aside: bool) -> None:
    whole = await play(0, aside=aside)
    expected = whole.adapter.lines(whole.thread.ref)

    for at in range(1, whole.wire.passed + 1):
        life = await play(at, aside=aside)

        assert life.adapter.lines(life.thread.ref) == _reported(life, expected), at
        assert keys_sent_twice([life.adapter]) == [], at
        assert life.teams.executed.total() <= 1, at
        assert life.teams.calls.total() <= whole.teams.calls.total() + 1, at


def _reported(life: Life, expected: list[str]) -> list[str]:
    """Code whose execution was interrupted is reported instead of run again."""
    if "bot: interrupted print(1)" not in life.adapter.lines(life.thread.ref):
        return expected
    return [line.replace("ran print(1)", "interrupted print(1)") for line in expected]


async def test_step_that_was_frozen_while_another_took_over_is_fenced_and_shows_nothing(tmp_path: Path) -> None:
    thread, frozen_thread = Thread(), FakeAdapter()
    script: Script = [["hold"], ["say", "ada", "hello"], ["say", "ada", "bye"]]

    async with running(tmp_path, {"greet": script}, adapter=frozen_thread) as frozen:
        await frozen.inbox.accept(thread.event("hi"))
        await frozen.until(lambda: frozen.teams.holding)
        teams = ScriptedTeams({"greet": script}, clock=frozen.clock)
        teams.release()
        other = Rig(frozen.store, FakeAdapter(), teams, frozen.clock, Limits())
        async with serving(other.engine):
            await other.until(lambda: other.lines(thread)[-1:] == ["[end The run is completed.]"])
            await other.quiet()
        frozen.teams.release()
        await frozen.quiet()

        assert frozen.engine.fenced == 1
        assert frozen.lines(thread) == []
        assert other.said(thread) == ["ada: hello", "ada: bye"]


async def test_drain_lets_a_step_come_to_a_recorded_point(tmp_path: Path) -> None:
    thread, adapter = Thread(), FakeAdapter()
    script: Script = [["say", "ada", "one"], ["hold"], ["say", "ada", "two"], ["say", "ada", "three"]]
    async with running(tmp_path, {"greet": script}, adapter=adapter) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        async with asyncio.TaskGroup() as group:
            group.create_task(rig.engine.drain(30))
            rig.teams.release()
        assert await rig.statuses(thread) == [RunStatus.WORKING]

    async with running(tmp_path, teams=rig.teams, adapter=adapter) as rig:
        assert rig.said(thread) == ["ada: one", "ada: two", "ada: three"]
        assert max(rig.teams.calls.values()) == 1


async def test_event_accepted_while_nothing_runs_is_worked_on_at_the_start(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path) as rig:
        await rig.engine.drain(0)
        receipt = await rig.inbox.accept(thread.event("hi"))
        assert receipt.outcome is Accepted.STARTED

    async with running(tmp_path) as rig:
        assert rig.said(thread) == ["ada: hello"]


async def test_wake_that_was_lost_is_repaired(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        deaf = Rig(rig.store, rig.adapter, rig.teams, rig.clock, Limits())
        await deaf.inbox.accept(thread.event("hi"))
        await rig.quiet()
        before = rig.lines(thread)
        await rig.pass_time(31)

        assert before == []
        assert rig.said(thread) == ["ada: hello"]
