"""The transaction that accepts a start or an answer also begins the step; whatever comes between, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import structlog

from bot.domain import Accepted, Receipt, RunStatus
from bot.engine import Limits
from bot.errors import StoreFullError
from bot.ports import Records, Store
from bot.recovery import serving
from tests.fakes import Thread
from tests.integration.core.rig import GREET, Rig, running
from tests.scripted import Script

T = TypeVar("T")
HOLD: dict[str, Script] = {"greet": [["hold"], ["say", "ada", "hello"]]}
WORDS = ("hi", "go on")


class Gate:
    """A store whose callers are told of their transactions when a test lets them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.shut: asyncio.Event | None = None
        self.full = False
        self.writes = 0
        self.durable = 0

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        if self.full:
            raise StoreFullError("The disk is full.")
        self.writes += 1
        result = await self._store.write(work, patient=patient, first=first)
        self.durable += 1
        if self.shut is not None:
            await self.shut.wait()
        return result

    async def read(self, work: Callable[[Records], T]) -> T:
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


@asynccontextmanager
async def gated(path: Path, scripts: dict[str, Script] | None = None) -> AsyncIterator[tuple[Rig, Gate]]:
    """Run a bot whose inbox writes through the gate and whose engine does not."""
    async with running(path, scripts) as rig:
        gate = Gate(rig.store)
        rig.inbox._store = gate
        yield rig, gate


def begins_watched(rig: Rig) -> list[str]:
    """Return what becomes the list of steps that the engine has begun by a transaction of their own."""
    begun: list[str] = []
    begin = rig.engine._stepper._begin

    async def watched(conversation: str) -> object:
        begun.append(conversation)
        return await begin(conversation)  # type: ignore[arg-type] # handed on as it came

    rig.engine._stepper._begin = watched  # type: ignore[method-assign, assignment] # watched from outside
    return begun


async def epoch(rig: Rig, thread: Thread) -> int:
    known = await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))
    return known.epoch if known is not None else 0


async def attempts(rig: Rig, thread: Thread) -> list[int]:
    return [run.attempts for run in await rig.runs(thread)]


def held(rig: Rig) -> bool:
    engine = rig.engine
    return bool(engine._working or engine._queued or engine._again)


async def test_start_and_answer_need_no_transaction_of_their_own_to_begin_their_steps(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        begun = begins_watched(rig)
        for text in WORDS:
            await rig.say(thread.event(text))

        assert begun == []
        assert rig.said(thread) == ["ada: hello", "ada: you said go on"]
        assert await epoch(rig, thread) == 2
        assert not held(rig)


async def test_step_that_is_begun_with_its_start_counts_once_though_the_transaction_ran_again_for_the_team(
    tmp_path: Path,
) -> None:
    thread = Thread()

    async with running(tmp_path, HOLD) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)

        assert await attempts(rig, thread) == [1]
        assert await epoch(rig, thread) == 1
        rig.teams.release()
        await rig.quiet()
        assert await attempts(rig, thread) == [0]


async def test_log_tells_of_what_was_accepted_though_its_step_goes_first(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        with structlog.testing.capture_logs() as lines:
            await rig.inbox.accept(thread.event("hi"))
            await rig.until(lambda: any(line["event"] == "event.accepted" for line in lines))
            await rig.quiet()

        [line] = [line for line in lines if line["event"] == "event.accepted"]
        assert (line["conversation"], line["outcome"]) == (thread.ref.conversation, "started")


async def test_duplicate_begins_nothing(tmp_path: Path) -> None:
    thread = Thread()
    event = thread.event("hi")

    async with running(tmp_path) as rig:
        await rig.say(event)
        receipt = await rig.say(thread.again(event))

        assert receipt.outcome is Accepted.DUPLICATE
        assert await epoch(rig, thread) == 1
        assert not held(rig)


async def test_two_that_speak_at_once_are_both_heard_and_one_step_works_at_a_time(tmp_path: Path) -> None:
    thread = Thread()

    async with gated(tmp_path) as (rig, gate):
        gate.shut = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(rig.inbox.accept(thread.event("hi")))
            second = group.create_task(rig.inbox.accept(thread.event("go on")))
            await rig.until(lambda: gate.writes >= 2)
            gate.shut.set()
        await rig.quiet()

        assert [first.result().outcome, second.result().outcome] == [Accepted.STARTED, Accepted.KEPT]
        assert rig.said(thread) == ["ada: hello", "ada: you said go on"]
        assert rig.engine.fenced == 0


async def test_wake_during_the_transaction_is_not_lost(tmp_path: Path) -> None:
    thread = Thread()

    async with gated(tmp_path) as (rig, gate):
        gate.shut = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(rig.inbox.accept(thread.event("", kind=thread.stop().kind)))
            await rig.until(lambda: gate.writes > 0)
            begun = begins_watched(rig)
            await rig.engine.wake(thread.ref.conversation)
            gate.shut.set()
        await rig.quiet()

        assert begun


async def test_answer_begins_its_step_the_ordinary_way_where_all_places_are_taken(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, limits=Limits(concurrency=1)) as rig:
        begun = begins_watched(rig)
        for text in WORDS:
            await rig.say(thread.event(text))

        assert len(begun) == 2
        assert rig.said(thread) == ["ada: hello", "ada: you said go on"]


async def test_place_is_free_again_after_an_event_that_gives_nothing_to_do(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, limits=Limits(concurrency=2)) as rig:
        for _ in range(5):
            receipt = await rig.inbox.accept(thread.event("among ourselves", addressed=False))
            assert receipt.outcome is Accepted.IGNORED
        begun = begins_watched(rig)
        await rig.say(thread.event("hi"))

        assert begun == []
        assert rig.said(thread) == ["ada: hello"]


async def test_transaction_that_fails_leaves_the_conversation_free(tmp_path: Path) -> None:
    thread = Thread()
    event = thread.event("hi")

    async with gated(tmp_path) as (rig, gate):
        gate.full = True
        with pytest.raises(StoreFullError):
            await rig.inbox.accept(event)
        assert not held(rig)
        gate.full = False
        receipt = await rig.say(thread.again(event))

        assert receipt.outcome is Accepted.STARTED
        assert rig.said(thread) == ["ada: hello"]


async def test_step_is_taken_though_whoever_accepted_was_cancelled_once_it_was_durable(tmp_path: Path) -> None:
    thread = Thread()

    async with gated(tmp_path) as (rig, gate):
        gate.shut = asyncio.Event()
        accepting = asyncio.ensure_future(rig.inbox.accept(thread.event("hi")))
        # One that waits for its turn yet would be withdrawn.
        await rig.until(lambda: gate.durable > 0)
        accepting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await accepting
        await rig.quiet()

        assert rig.said(thread) == ["ada: hello"]


async def test_drain_during_the_transaction_leaves_the_step_to_the_next_process_and_counts_nothing(
    tmp_path: Path,
) -> None:
    thread = Thread()

    async with gated(tmp_path) as (rig, gate):
        gate.shut = asyncio.Event()
        accepting = asyncio.ensure_future(rig.inbox.accept(thread.event("hi")))
        await rig.until(lambda: gate.writes >= 2)
        await rig.engine.drain(30)
        gate.shut.set()
        assert (await accepting).outcome is Accepted.STARTED
        assert await rig.statuses(thread) == [RunStatus.WORKING]
        assert await attempts(rig, thread) == [0]
        assert rig.lines(thread) == []
        teams, adapter = rig.teams, rig.adapter

    async with running(tmp_path, teams=teams, adapter=adapter) as rig:
        assert rig.said(thread) == ["ada: hello"]
        assert set(teams.calls.values()) == {1}


async def test_stop_that_follows_at_once_ends_the_run_whose_step_has_just_begun(tmp_path: Path) -> None:
    thread = Thread()

    async with gated(tmp_path, {"greet": [*GREET, ["say", "ada", "more"]]}) as (rig, gate):
        await rig.say(thread.event("hi"))
        gate.shut, gate.writes = asyncio.Event(), 0
        outcomes: list[Receipt] = []
        async with asyncio.TaskGroup() as group:
            for event in (thread.event("go on"), thread.stop()):
                accepting = group.create_task(rig.inbox.accept(event))
                accepting.add_done_callback(lambda task: outcomes.append(task.result()))
            await rig.until(lambda: gate.writes >= 2)
            gate.shut.set()
        await rig.quiet()

        assert [receipt.outcome for receipt in outcomes] == [Accepted.ANSWERED, Accepted.STOPPED]
        assert await rig.statuses(thread) == [RunStatus.CANCELLED]
        assert "ada: more" not in rig.said(thread)
        assert not held(rig)


async def test_engine_that_is_not_started_is_only_woken(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        other = Rig(rig.store, rig.adapter, rig.teams, rig.clock, Limits())
        await other.inbox.accept(thread.event("hi"))

        assert await epoch(rig, thread) == 0
        async with serving(other.engine):
            await other.quiet()
            assert other.said(thread) == ["ada: hello"]
