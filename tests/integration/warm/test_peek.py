from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Batch, EffectState, Position, RequestId, RequestStatus
from bot.engine.journal import StepJournal
from bot.engine.preview import StepPreview
from bot.errors import FencedError
from bot.ports import Store
from bot.store import open_store
from tests.fakes import FakeClock
from tests.unit.store.samples import answer, begin, effect, request, run, thread

Q1 = RequestId("q1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await asyncio.to_thread(open_store, tmp_path / "store.db", clock=FakeClock())
    yield opened
    await opened.close()


async def journal_of(store: Store) -> StepJournal:
    """Return the journal of a step that owns the conversation of a run with two effects, one of them a person's."""
    await store.write(begin)
    await store.write(lambda records: begin(records, "r2", at="t2"))
    epoch = await store.write(lambda records: records.conversations.raise_epoch(thread().conversation))
    journal = StepJournal(
        store=store,
        clock=FakeClock(),
        run=run(),
        epoch=epoch,
        human_turns=9,
        preview=StepPreview(None, thread()),
        recorded=lambda _: None,
    )
    human = replace(effect("said", completed=2), kind="human")
    asked = replace(effect("asked", state=EffectState.STARTED), kind="human")
    await journal.commit(Batch(effects=(effect("model"), human, asked), requests=(request(),)))
    await store.write(lambda records: records.journal.record(run("r2").id, [effect("another's")]))
    return journal


def facts(position: Position) -> tuple[int, int, str | None]:
    return position.effects, position.answers, position.answer.text if position.answer else None


async def test_open_question_has_no_answer_and_another_runs_effects_do_not_count(store: Store) -> None:
    journal = await journal_of(store)

    position = await journal.peek(Q1)

    assert facts(position) == (3, 1, None)
    assert journal.answers == 1


@pytest.mark.parametrize("status", [RequestStatus.ANSWERED, RequestStatus.EXPIRED])
async def test_closed_question_comes_with_its_answer_which_counts(store: Store, status: RequestStatus) -> None:
    journal = await journal_of(store)
    await store.write(lambda records: records.requests.close(Q1, status, answer("go on")))

    position = await journal.peek(Q1)

    assert facts(position) == (3, 1, "go on")
    assert journal.answers == 2


async def test_question_that_nobody_knows_has_no_answer(store: Store) -> None:
    journal = await journal_of(store)

    assert facts(await journal.peek(RequestId("q9"))) == (3, 1, None)


async def test_step_that_was_fenced_may_look_and_may_not_record(store: Store) -> None:
    journal = await journal_of(store)
    await store.write(lambda records: records.conversations.raise_epoch(thread().conversation))

    position = await journal.peek(Q1)

    assert facts(position) == (3, 1, None)
    with pytest.raises(FencedError):
        await journal.commit(Batch(effects=(effect("late", completed=3),)))
    assert facts(await journal.peek(Q1)) == (3, 1, None)
