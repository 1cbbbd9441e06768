"""What every store keeps of the promises about places and notes."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports import Records, Store
from bot.store import open_store


async def test_a_place_is_known_with_its_position_to_its_adapter_alone(store: Store) -> None:
    def work(records: Records) -> list[dict[str, int]]:
        records.places.note("discord", "channel", 0)
        records.places.note("discord", "thread", 1_421_000_000_000_000_001)
        return [records.places.of(adapter) for adapter in ("discord", "slack")]

    assert await store.write(work) == [{"channel": 0, "thread": 1_421_000_000_000_000_001}, {}]


async def test_a_place_that_is_gone_is_forgotten_until_it_is_noted_again(store: Store) -> None:
    def work(records: Records) -> list[dict[str, int]]:
        for place in ("one", "two"):
            records.places.note("discord", place, 9)
        records.places.drop("discord", "one")
        records.places.drop("discord", "one")
        found = [records.places.of("discord")]
        records.places.note("discord", "one", 3)
        return [*found, records.places.of("discord")]

    assert await store.write(work) == [{"two": 9}, {"one": 3, "two": 9}]


async def test_a_note_is_what_was_kept_last_under_its_name(store: Store) -> None:
    def work(records: Records) -> list[str | None]:
        found = [records.notes.read("discord", "commands")]
        records.notes.keep("discord", "commands", "one")
        records.notes.keep("discord", "commands", "two 好")
        records.notes.keep("slack", "commands", "other")
        return [*found, *(records.notes.read("discord", name) for name in ("commands", "else"))]

    assert await store.write(work) == [None, "two 好", None]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 2**63 - 1)), min_size=1, max_size=12))
def test_a_position_only_rises(noted: list[tuple[str, int]]) -> None:
    found = asyncio.run(_note(open_store(":memory:"), noted))

    assert found == {place: max(at for where, at in noted if where == place) for place, _ in noted}


async def _note(store: Store, noted: list[tuple[str, int]]) -> dict[str, int]:
    def work(records: Records) -> dict[str, int]:
        for place, position in noted:
            records.places.note("discord", place, position)
        return records.places.of("discord")

    try:
        return await store.write(work)
    finally:
        await store.close()
