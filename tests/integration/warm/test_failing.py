from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from agents.models.port import ModelCall
from bot.domain import RunStatus
from bot.errors import ModelFailedError, RetryLaterError
from tests.fakes import FakeAdapter, Thread
from tests.integration.warm.bot import bot
from tests.unit.durable.rig import Speaking

PLANS = {"assistant": ["A plan.", "A cheaper plan."]}


class Gate:
    """Holds the model's answer until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    async def hold(self, call: ModelCall) -> None:
        self.reached.set()
        await self._opened.wait()

    def open(self) -> None:
        self._opened.set()


def raising(error: Exception, times: int) -> Callable[[ModelCall], Awaitable[None]]:
    left = [error] * times

    async def during(call: ModelCall) -> None:
        if left:
            raise left.pop()

    return during


async def test_warm_step_that_lost_its_conversation_records_nothing_and_is_replayed(tmp_path: Path) -> None:
    thread, gate, models = Thread(), Gate(), Speaking(PLANS)

    async with bot(tmp_path, models, FakeAdapter()) as warm:
        await warm.say(thread, "plan a trip")
        models.during = gate.hold
        await warm.rig.inbox.accept(thread.event("cheaper"))
        await gate.reached.wait()
        before = await warm.effects(thread)
        of = thread.ref.conversation
        await warm.rig.store.write(lambda records: records.conversations.raise_epoch(of))
        gate.open()
        await warm.rig.quiet()

        assert (warm.rig.engine.fenced, warm.warm) == (1, 0)
        assert await warm.effects(thread) == before
        assert warm.rig.said(thread) == ["assistant: A plan."]
        await warm.rig.engine.wake(of)
        await warm.rig.quiet()
        assert warm.teams.loads == 2
        assert warm.rig.said(thread) == ["assistant: A plan.", "assistant: A cheaper plan."]


async def test_stop_during_a_warm_step_ends_it_at_once(tmp_path: Path) -> None:
    thread, gate, models = Thread(), Gate(), Speaking(PLANS)

    async with bot(tmp_path, models, FakeAdapter()) as warm:
        await warm.say(thread, "plan a trip")
        models.during = gate.hold
        await warm.rig.inbox.accept(thread.event("cheaper"))
        await gate.reached.wait()
        await warm.rig.say(thread.stop())

        assert models.in_flight == 0
        assert (warm.teams.loads, warm.warm) == (1, 0)
        assert await warm.rig.statuses(thread) == [RunStatus.CANCELLED]
        assert warm.rig.said(thread) == ["assistant: A plan."]


async def test_warm_step_that_is_interrupted_goes_on_by_a_replay(tmp_path: Path) -> None:
    thread, gate, models = Thread(), Gate(), Speaking(PLANS)

    async with bot(tmp_path, models, FakeAdapter()) as warm:
        await warm.say(thread, "plan a trip")
        models.during = gate.hold
        await warm.rig.inbox.accept(thread.event("cheaper"))
        await gate.reached.wait()
        await warm.rig.engine.interrupt(thread.ref.conversation)
        await warm.rig.quiet()
        left, models.during = warm.warm, None
        await warm.rig.engine.wake(thread.ref.conversation)
        await warm.rig.quiet()

        assert (left, warm.teams.loads) == (0, 2)
        assert await warm.rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]


async def test_process_that_ends_during_a_warm_step_is_continued_by_the_next(tmp_path: Path) -> None:
    thread, gate, models, adapter = Thread(), Gate(), Speaking(PLANS), FakeAdapter()
    async with bot(tmp_path, models, adapter) as first:
        await first.say(thread, "plan a trip")
        models.during = gate.hold
        await first.rig.inbox.accept(thread.event("cheaper"))
        await gate.reached.wait()
        await first.rig.engine.drain(0)

    models.during = None
    async with bot(tmp_path, models, adapter) as second:
        await second.rig.quiet()

        assert second.rig.said(thread)[0] == "assistant: A plan."
        assert len(second.rig.said(thread)) == 2
        assert await second.rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]


async def test_run_that_fails_while_it_is_warm_says_why_and_leaves_memory(tmp_path: Path) -> None:
    thread, models = Thread(), Speaking(PLANS)

    async with bot(tmp_path, models, FakeAdapter()) as warm:
        await warm.say(thread, "plan a trip")
        models.during = raising(ModelFailedError("the model is gone"), 1)
        await warm.say(thread, "cheaper")

        assert await warm.rig.statuses(thread) == [RunStatus.FAILED]
        assert "the model is gone" in warm.rig.lines(thread)[-1]
        assert (warm.teams.loads, warm.warm) == (1, 0)


async def test_warm_run_whose_model_is_away_is_replayed_when_it_is_back(tmp_path: Path) -> None:
    thread, models = Thread(), Speaking(PLANS)

    async with bot(tmp_path, models, FakeAdapter()) as warm:
        await warm.say(thread, "plan a trip")
        models.during = raising(RetryLaterError("the host is loading", retry_after=5.0), 1)
        await warm.say(thread, "cheaper")
        left = warm.warm
        await warm.rig.pass_time(60)

        assert left == 0
        assert warm.teams.loads == 2
        assert await warm.rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        assert len(warm.rig.said(thread)) == 2
