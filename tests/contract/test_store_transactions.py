"""What every store keeps of a transaction's promises: whole or not at all, told when durable, alone or in a group."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from bot.domain import RunId, RunStatus
from bot.errors import StoreError, StoreReadOnlyError
from bot.ports import Records, Store
from tests.unit.store.samples import begin, conversation, effect, event, post, thread

T1 = thread("t1").conversation
R1 = RunId("r1")


class WorkError(Exception):
    """What a work of these tests raises."""


class Gate:
    """Holds the writing thread inside a work, so that others queue up behind it."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._opened = threading.Event()

    def work(self, records: Records) -> None:
        records.inbox.add(event("gate"))
        self._begun.set()
        assert self._opened.wait(20)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 20)

    def open(self) -> None:
        self._opened.set()


def turn(n: int) -> Callable[[Records], int]:
    def work(records: Records) -> int:
        records.journal.record(R1, [effect(f"e{n}")])
        records.outbox.add(post(f"p{n}"))
        return n

    return work


def failing(n: int) -> Callable[[Records], int]:
    def work(records: Records) -> int:
        turn(n)(records)
        raise WorkError(n)

    return work


async def recorded(store: Store) -> tuple[list[str], list[str]]:
    def look(records: Records) -> tuple[list[str], list[str]]:
        return [e.key for e in records.journal.effects(R1)], [row.post.key for row in records.outbox.of(R1)]

    return await store.read(look)


async def test_an_error_of_the_work_is_raised_as_it_is_and_nothing_happened(store: Store) -> None:
    await store.write(begin)

    with pytest.raises(WorkError):
        await store.write(failing(1))

    assert await recorded(store) == ([], [])
    assert await store.write(turn(2)) == 2


@pytest.mark.parametrize("error", [OSError("no"), TimeoutError(), KeyError("x"), StopIteration()])
async def test_the_callers_own_errors_are_not_taken_for_the_databases(store: Store, error: Exception) -> None:
    def work(records: Records) -> None:
        raise error

    with pytest.raises(Exception) as caught:  # noqa: PT011  # compared below
        await store.write(work)

    assert type(error) in (type(caught.value), type(caught.value.__cause__))


async def test_a_work_that_raises_in_a_group_does_not_disturb_its_neighbours(store: Store) -> None:
    gate = Gate()
    await store.write(begin)
    holding = asyncio.ensure_future(store.write(gate.work))
    await gate.begun()

    group = asyncio.gather(
        *(store.write(failing(n) if n % 3 == 0 else turn(n)) for n in range(9)), return_exceptions=True
    )
    await asyncio.sleep(0)
    gate.open()
    outcomes = await group
    await holding

    assert [n for n in range(9) if isinstance(outcomes[n], WorkError)] == [0, 3, 6]
    assert await recorded(store) == ([f"e{n}" for n in (1, 2, 4, 5, 7, 8)], [f"p{n}" for n in (1, 2, 4, 5, 7, 8)])


async def test_many_writers_at_once_all_see_what_went_before(store: Store) -> None:
    await store.write(lambda records: records.conversations.put(conversation()))

    epochs = await asyncio.gather(
        *(store.write(lambda records: records.conversations.raise_epoch(T1)) for _ in range(500))
    )

    assert sorted(epochs) == list(range(1, 501))


async def test_a_caller_cancelled_while_it_waits_has_recorded_nothing(store: Store) -> None:
    gate = Gate()
    await store.write(begin)
    holding = asyncio.ensure_future(store.write(gate.work))
    await gate.begun()
    waiting = asyncio.ensure_future(store.write(turn(1)))
    await asyncio.sleep(0)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.open()
    await holding

    assert await recorded(store) == ([], [])


async def test_a_caller_cancelled_in_its_transaction_is_told_when_that_is_over(store: Store) -> None:
    gate = Gate()
    writing = asyncio.ensure_future(store.write(gate.work))
    await gate.begun()

    for _ in range(3):
        writing.cancel()
        await asyncio.sleep(0)
        assert not writing.done()
    gate.open()
    with pytest.raises(asyncio.CancelledError):
        await writing

    assert not await store.write(lambda records: records.inbox.add(event("gate")))


async def test_a_view_stays_the_same_while_others_write(store: Store, request: pytest.FixtureRequest) -> None:
    await store.write(begin)
    looked, written = threading.Event(), threading.Event()
    one_lane = "memory" in request.node.name

    def look(records: Records) -> list[object]:
        before = records.runs.get(R1)
        looked.set()
        assert one_lane or written.wait(20)
        return [before, records.runs.get(R1)]

    reading = asyncio.ensure_future(store.read(look))
    await asyncio.to_thread(looked.wait, 20)
    await store.write(lambda records: records.runs.set_status(R1, RunStatus.COMPLETED))
    written.set()

    before, after = await reading
    assert before == after


async def test_what_was_acknowledged_is_seen_by_the_next_read(store: Store) -> None:
    await store.write(begin)
    for n in range(50):
        await store.write(turn(n))

        assert (await recorded(store))[0][-1] == f"e{n}"


async def test_a_read_that_writes_is_refused_and_nothing_happened(store: Store) -> None:
    with pytest.raises(StoreReadOnlyError):
        await store.read(lambda records: records.inbox.add(event("d1")))

    assert await store.write(lambda records: records.inbox.add(event("d1")))


@pytest.mark.parametrize("door", ["write", "read"])
async def test_records_of_a_transaction_that_is_over_are_refused(store: Store, door: str) -> None:
    kept: list[Records] = []
    await getattr(store, door)(kept.append)

    with pytest.raises(StoreError, match="over"):
        kept[0].runs.get(R1)


async def test_closing_finishes_what_is_queued_and_refuses_what_comes_after(store: Store) -> None:
    gate = Gate()
    await store.write(begin)
    holding = asyncio.ensure_future(store.write(gate.work))
    await gate.begun()
    queued = [asyncio.ensure_future(store.write(turn(n))) for n in range(3)]
    await asyncio.sleep(0)
    gate.open()

    await store.close()

    await holding
    assert await asyncio.gather(*queued) == [0, 1, 2]
    for door in (store.write, store.read):
        with pytest.raises(StoreError, match="closed"):
            await door(turn(9))
    await store.close()


async def test_a_work_that_must_be_first_is_recorded_before_those_that_wait_and_told_at_once(store: Store) -> None:
    gate, head, told = Gate(), Gate(), list[str]()

    async def write(name: str, work: Callable[[Records], object], *, first: bool = False) -> None:
        await store.write(work, first=first)
        told.append(name)

    await store.write(begin)
    writing = [asyncio.ensure_future(write("gate", gate.work))]
    await gate.begun()
    # A group, whose first work is held.
    writing += [asyncio.ensure_future(write(name, work)) for name, work in (("head", head.work), ("turn", turn(1)))]
    await asyncio.sleep(0)
    gate.open()
    await head.begun()
    writing.append(asyncio.ensure_future(write("first", turn(2), first=True)))
    await asyncio.sleep(0)
    head.open()
    await asyncio.gather(*writing)

    assert told == ["gate", "first", "head", "turn"]
    assert await recorded(store) == (["e2", "e1"], ["p2", "p1"])


async def test_a_work_that_must_be_first_and_fails_leaves_the_group_that_it_ended_as_it_is(store: Store) -> None:
    gate, head = Gate(), Gate()
    await store.write(begin)
    writing: list[asyncio.Future[object]] = [asyncio.ensure_future(store.write(gate.work))]
    await gate.begun()
    writing += [asyncio.ensure_future(store.write(work)) for work in (head.work, turn(1))]
    await asyncio.sleep(0)
    gate.open()
    await head.begun()
    failed = asyncio.ensure_future(store.write(failing(2), first=True))
    await asyncio.sleep(0)
    head.open()

    with pytest.raises(WorkError):
        await failed
    await asyncio.gather(*writing)
    assert await recorded(store) == (["e1"], ["p1"])
