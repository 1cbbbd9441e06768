from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain import Outcome, Run
from bot.engine import Limits
from bot.ports import Preview, RunJournal
from bot.recovery import serving
from tests.fakes import FakeClock, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script, ScriptedTeams

SAY: dict[str, Script] = {"greet": [["say", "ada", "hello"]]}


class Counted(ScriptedTeams):
    """Counts the steps that are under way in it at a time."""

    now = most = 0

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await super().advance(run, journal, preview)
        finally:
            self.now -= 1


async def test_conversation_that_is_woken_while_it_works_is_never_stepped_twice_at_a_time(tmp_path: Path) -> None:
    thread, clock = Thread(), FakeClock()
    steps = Counted({"greet": [["hold"], ["say", "ada", "hello"]]}, clock=clock)

    async with running(tmp_path, teams=steps, clock=clock) as rig:
        await rig.inbox.accept(thread.event("hi"))
        for _ in range(20):
            await rig.engine.wake(thread.ref.conversation)
            await asyncio.sleep(0.001)
        steps.release()
        await rig.quiet()

        assert steps.most == 1
        assert rig.said(thread) == ["ada: hello"]


async def test_no_more_steps_at_once_than_the_setting_says(tmp_path: Path) -> None:
    threads = [Thread(f"t{number}") for number in range(9)]

    async with running(tmp_path, {"greet": [["hold"]]}, limits=Limits(concurrency=3)) as rig:
        for thread in threads:
            await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: len(rig.engine._working) == 3)
        working = len(rig.engine._working)
        rig.teams.release()
        await rig.quiet()

        assert working == 3
        assert all(rig.lines(thread) for thread in threads)


async def test_interrupting_or_waking_what_does_not_exist_is_harmless(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, SAY) as rig:
        await rig.engine.interrupt(thread.ref.conversation)
        await rig.engine.wake(thread.ref.conversation)
        await rig.quiet()

        assert rig.lines(thread) == []


async def test_engine_that_never_started_is_drained_at_once(tmp_path: Path) -> None:
    async with running(tmp_path, SAY) as rig:
        other = Rig(rig.store, rig.adapter, rig.teams, rig.clock, Limits())
        await other.engine.drain(0)

        async with serving(other.engine):
            assert other.engine.idle


async def test_conversations_that_wait_take_no_memory_in_the_engine(tmp_path: Path) -> None:
    threads = [Thread(f"t{number}") for number in range(5)]

    async with running(tmp_path) as rig:
        for thread in threads:
            await rig.say(thread.event("hi"))

        engine = rig.engine
        held = (engine._working, engine._queued, engine._again, engine._pauses._until, engine._stepper._retries._waits)
        assert not any(held)
