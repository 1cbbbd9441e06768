"""What every store keeps of the promises in bot/ports: when conversations were stopped and muted."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import EventKind
from bot.ports import Records, Store
from tests.unit.store.samples import NOW, event, later, thread

T1 = thread("t1").conversation


async def test_newest_stop_counts_in_whatever_order_they_come(store: Store) -> None:
    def work(records: Records) -> None:
        for seconds in (5, 9, 7):
            stop = replace(event(f"d{seconds}"), kind=EventKind.STOP, at=later(seconds))
            records.steering.note(stop)

    await store.write(work)

    assert await store.read(lambda records: records.steering.newest(T1, EventKind.STOP)) == later(9)


async def test_stops_and_mutes_are_told_apart_and_so_are_threads(store: Store) -> None:
    await store.write(lambda records: records.steering.note(replace(event("d1"), kind=EventKind.MUTE)))

    def look(records: Records) -> list[object]:
        other = thread("t2").conversation
        return [
            records.steering.newest(T1, EventKind.MUTE),
            records.steering.newest(T1, EventKind.STOP),
            records.steering.newest(other, EventKind.MUTE),
        ]

    assert await store.read(look) == [NOW, None, None]
