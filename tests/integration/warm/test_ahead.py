"""A warm run finds its answer in the transaction that hands it out; what is not there is read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Answer, Batch, Position, RequestId, RequestStatus, RunStatus
from bot.engine.journal import Ahead, StepJournal, look_ahead
from bot.engine.preview import StepPreview
from bot.errors import FencedError
from bot.ports import Records, Store
from bot.store import open_store
from tests.fakes import FakeAdapter, FakeClock, Thread
from tests.integration.warm.bot import bot
from tests.unit.durable.rig import Speaking
from tests.unit.store.samples import answer, begin, effect, request, run, thread

Q1, Q2 = RequestId("q1"), RequestId("q2")
WORDS = ("cheaper", "shorter")
ANSWERED = Ahead(request=Q1, position=Position(effects=7, answers=3, completed=7, answer=answer("from the step")))


@pytest.fixture
async def store(tmp_path: Path) -> Any:
    opened = await asyncio.to_thread(open_store, tmp_path / "store.db", clock=FakeClock())
    yield opened
    await opened.close()


async def journal_of(store: Store, ahead: Ahead | None) -> StepJournal:
    await store.write(begin)
    epoch = await store.write(lambda records: records.conversations.raise_epoch(thread().conversation))
    return StepJournal(
        store=store,
        clock=FakeClock(),
        run=run(),
        epoch=epoch,
        human_turns=9,
        preview=StepPreview(None, thread()),
        recorded=lambda _: None,
        ahead=ahead,
    )


def told(position: Position) -> tuple[int, int, str | None]:
    return position.effects, position.answers, position.answer.text if position.answer else None


async def test_answers_to_a_warm_run_are_found_without_reading_the_store_for_them(tmp_path: Path) -> None:
    person = Thread()

    async with bot(tmp_path, Speaking({"assistant": ["a", "b", "c"]}), FakeAdapter()) as warm:
        await warm.say(person, "plan a trip")
        before = warm.store.reads
        await warm.say(person, *WORDS)
        counts = warm.store.reads - before, len(warm.teams.peeks), warm.teams.loads

        assert counts == (0, 2, 1)
        assert warm.rig.said(person) == ["assistant: a", "assistant: b", "assistant: c"]


async def test_answer_that_comes_while_the_step_still_ends_is_found_so_too(tmp_path: Path) -> None:
    person = Thread()

    async with bot(tmp_path, Speaking({"assistant": ["a", "b", "c"]}), FakeAdapter()) as warm:
        await warm.say(person, "plan a trip")
        async with asyncio.TaskGroup() as group:
            group.create_task(warm.rig.inbox.accept(person.event("cheaper")))
            group.create_task(warm.rig.inbox.accept(person.event("shorter")))
        await warm.rig.quiet()

        assert warm.teams.loads == 1
        assert await warm.rig.statuses(person) == [RunStatus.INPUT_REQUIRED]


async def test_what_the_step_was_handed_is_what_the_run_is_told(store: Store) -> None:
    journal = await journal_of(store, ANSWERED)

    assert told(await journal.peek(Q1)) == (7, 3, "from the step")
    assert journal.answers == 4


async def test_another_question_than_the_newest_is_looked_up(store: Store) -> None:
    journal = await journal_of(store, ANSWERED)

    assert told(await journal.peek(Q2)) == (0, 0, None)


async def test_after_the_first_record_of_the_step_its_journal_is_looked_at_again(store: Store) -> None:
    journal = await journal_of(store, ANSWERED)
    await journal.commit(Batch(effects=(effect("new"),)))

    assert told(await journal.peek(Q1)) == (1, 0, None)


async def test_step_that_lost_its_conversation_may_go_on_from_what_it_was_handed_and_records_nothing(
    store: Store,
) -> None:
    journal = await journal_of(store, ANSWERED)
    await store.write(lambda records: records.conversations.raise_epoch(thread().conversation))

    assert told(await journal.peek(Q1)) == (7, 3, "from the step")
    with pytest.raises(FencedError):
        await journal.commit(Batch(effects=(effect("late"),)))
    assert await store.read(lambda records: records.journal.effects(run().id)) == []


@pytest.mark.parametrize("closed", [Q1, Q2])
async def test_only_the_newest_question_is_looked_up_ahead_and_only_with_its_answer(
    store: Store, closed: RequestId
) -> None:
    def work(records: Records) -> tuple[RequestId, Answer | None] | None:
        begin(records)
        for name in (Q1, Q2):
            records.requests.open(replace(request(), id=name, key=name))
        records.requests.close(closed, RequestStatus.ANSWERED, answer("go on"))
        found = look_ahead(records, run())
        return (found.request, found.position.answer) if found is not None else None

    assert await store.write(work) == ((Q2, answer("go on")) if closed == Q2 else None)


async def test_question_of_an_earlier_run_is_not_looked_up_ahead(store: Store) -> None:
    def work(records: Records) -> Ahead | None:
        begin(records)
        records.requests.open(request())
        records.requests.close(Q1, RequestStatus.ANSWERED, answer("go on"))
        records.runs.add(run("r2"))
        return look_ahead(records, run("r2"))

    assert await store.write(work) is None
