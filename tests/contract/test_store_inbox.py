"""What every store keeps of the promises in bot/ports.py: messages, kept messages and timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Event, ThreadRef
from bot.ports import Records, Store
from bot.store import open_store
from tests.unit.store.samples import event, later, thread

T1 = thread("t1").conversation
T2 = thread("t2").conversation


async def test_a_delivery_that_arrives_twice_is_known(store: Store) -> None:
    first = await store.write(lambda records: records.inbox.add(event("d1")))

    second = await store.write(lambda records: records.inbox.add(event("d1", text="retried")))

    assert (first, second) == (True, False)


async def test_one_message_in_two_deliveries_is_known(store: Store) -> None:
    first = await store.write(lambda records: records.inbox.add(event("d1", message="m1")))

    second = await store.write(lambda records: records.inbox.add(event("d2", message="m1")))
    elsewhere = await store.write(lambda records: records.inbox.add(event("d3", message="m1", at="t2")))

    assert (first, second, elsewhere) == (True, False, True)


async def test_two_events_without_a_message_are_two(store: Store) -> None:
    assert await store.write(lambda records: records.inbox.add(event("d1")))
    assert await store.write(lambda records: records.inbox.add(event("d2")))


async def test_the_same_delivery_id_of_another_platform_is_another_event(store: Store) -> None:
    elsewhere = replace(event("d1"), thread=ThreadRef(adapter="slack", workspace="w", channel="c", thread="t"))

    assert await store.write(lambda records: records.inbox.add(event("d1")))
    assert await store.write(lambda records: records.inbox.add(elsewhere))


async def test_kept_messages_are_taken_once_and_oldest_first(store: Store) -> None:
    events = [event(f"d{n}", text=str(n)) for n in range(12)]

    def work(records: Records) -> None:
        for one in events:
            records.inbox.add(one)
        for one in reversed(events[1:]):
            records.inbox.keep(one)

    await store.write(work)

    assert await store.write(lambda records: records.inbox.take_kept(T2)) == []
    assert await store.write(lambda records: records.inbox.take_kept(T1)) == events[1:]
    assert await store.write(lambda records: records.inbox.take_kept(T1)) == []


async def test_a_message_that_was_taken_but_not_used_is_kept_again_in_its_old_place(store: Store) -> None:
    events = [event("d1"), event("d2")]

    def work(records: Records) -> list[Event]:
        for one in events:
            records.inbox.add(one)
            records.inbox.keep(one)
        taken = records.inbox.take_kept(T1)
        for one in reversed(taken):
            records.inbox.keep(one)
        return records.inbox.take_kept(T1)

    assert await store.write(work) == events


async def test_a_timer_is_taken_once_when_it_is_due(store: Store) -> None:
    def work(records: Records) -> None:
        records.inbox.schedule(T1, kind="expiry", ref="q1", due_at=later(10))
        records.inbox.schedule(T1, kind="retry", ref="q1", due_at=later(5))
        records.inbox.schedule(T2, kind="retry", ref="q2", due_at=later(20))

    await store.write(work)

    assert await store.read(lambda records: records.inbox.due(later(4))) == []
    assert await store.read(lambda records: records.inbox.due(later(10))) == [T1]
    assert await store.write(lambda records: records.inbox.take_due(T1, later(10))) == [
        ("retry", "q1"),
        ("expiry", "q1"),
    ]
    assert await store.write(lambda records: records.inbox.take_due(T1, later(10))) == []
    assert await store.read(lambda records: records.inbox.due(later(10))) == []


async def test_scheduling_again_moves_a_timer_also_a_used_one(store: Store) -> None:
    def work(records: Records) -> list[tuple[str, str]]:
        records.inbox.schedule(T1, kind="retry", ref="r1", due_at=later(1))
        records.inbox.take_due(T1, later(1))
        records.inbox.schedule(T1, kind="retry", ref="r1", due_at=later(9))
        records.inbox.schedule(T1, kind="retry", ref="r1", due_at=later(3))
        return records.inbox.take_due(T1, later(3))

    assert await store.write(work) == [("retry", "r1")]


_events = st.builds(
    event,
    st.sampled_from(["d1", "d2", "d3", "d4"]),
    message=st.sampled_from(["m1", "m2", None]),
    at=st.sampled_from(["t1", "t2"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_events, max_size=4), max_size=6))
def test_deliveries_in_any_order_grouping_and_number_are_recorded_once(waves: list[list[Event]]) -> None:
    recorded = asyncio.run(_deliver(open_store(":memory:"), waves))

    everything = [one for wave in waves for one in wave]
    assert [one.delivery for one in recorded] == [one.delivery for one in _first_of_each(everything)]


async def _deliver(store: Store, waves: Sequence[Sequence[Event]]) -> list[Event]:
    recorded: list[Event] = []
    try:
        for wave in waves:
            added = await asyncio.gather(*(store.write(_adding(one)) for one in wave))
            recorded += [one for one, new in zip(wave, added, strict=True) if new]
    finally:
        await store.close()
    return recorded


def _adding(one: Event) -> Callable[[Records], bool]:
    return lambda records: records.inbox.add(one)


def _first_of_each(events: Sequence[Event]) -> list[Event]:
    deliveries: set[str] = set()
    messages: set[tuple[str, str]] = set()
    first: list[Event] = []
    for one in events:
        key = (one.thread.conversation, one.message or f"none of {one.delivery}")
        if one.delivery not in deliveries and key not in messages:
            first.append(one)
            deliveries.add(one.delivery)
            messages.add(key)
    return first
