"""What every store keeps of the promises about deliveries, workspaces and muted threads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Delivery, Installation
from bot.errors import StoreReadOnlyError
from bot.ports import Records, Store
from bot.store import open_store
from tests.unit.store.samples import NOW, conversation, event, later, thread

T1 = thread("t1").conversation


def delivery(name: str = "d1", *, adapter: str = "console", text: str = "hello") -> Delivery:
    return Delivery(adapter=adapter, id=name, body={"text": text, "odd": "\ud800\x00好"}, received_at=NOW)


async def test_a_delivery_is_added_once_for_its_adapter(store: Store) -> None:
    def work(records: Records) -> list[bool]:
        again = delivery(text="retried")
        return [records.deliveries.add(one) for one in (delivery(), again, delivery(adapter="slack"))]

    assert await store.write(work) == [True, False, True]


async def test_unhandled_deliveries_come_oldest_first_and_each_time_they_are_tried_once_more(store: Store) -> None:
    several = [replace(delivery(f"d{n}"), received_at=later(-n)) for n in range(12)]

    def work(records: Records) -> None:
        for one in [*several, delivery(adapter="slack")]:
            records.deliveries.add(one)

    await store.write(work)

    assert await store.write(lambda records: records.deliveries.take("console")) == [
        replace(one, tries=1) for one in several
    ]
    again = await store.write(lambda records: records.deliveries.take("console"))
    assert [one.tries for one in again] == [2] * 12
    assert await store.write(lambda records: records.deliveries.take("discord")) == []


async def test_a_handled_delivery_stays_known_and_is_never_taken_again(store: Store) -> None:
    def work(records: Records) -> tuple[list[Delivery], bool]:
        records.deliveries.add(delivery())
        records.deliveries.add(delivery(adapter="slack"))
        records.deliveries.done("console", "d1")
        records.deliveries.done("console", "d1")
        records.deliveries.done("console", "unknown")
        return records.deliveries.take("console"), records.deliveries.add(delivery())

    assert await store.write(work) == ([], False)
    assert len(await store.write(lambda records: records.deliveries.take("slack"))) == 1


async def test_only_what_was_handled_before_then_is_forgotten_a_bounded_number_at_a_time(store: Store) -> None:
    names = ["open", "d1", "d2", "d3"]

    def work(records: Records) -> list[int]:
        for name in names:
            records.deliveries.add(delivery(name))
        for name in names[1:]:
            records.deliveries.done("console", name)
        return [records.deliveries.forget(before, most=3) for before in (NOW, later(1), later(1), later(1))]

    assert await store.write(work) == [0, 2, 1, 0]
    assert [one.id for one in await store.write(lambda records: records.deliveries.take("console"))] == ["open"]
    assert await store.write(lambda records: [records.deliveries.add(delivery(name)) for name in names]) == [
        False,
        *[True] * 3,
    ]


async def test_taking_deliveries_is_a_change(store: Store) -> None:
    with pytest.raises(StoreReadOnlyError):
        await store.read(lambda records: records.deliveries.take("console"))


async def test_a_conversation_is_muted_until_it_is_not(store: Store) -> None:
    def work(records: Records) -> list[bool]:
        found = []
        for muted in (False, True, False):
            records.conversations.put(replace(conversation(), muted=muted))
            known = records.conversations.get(T1)
            found.append(known is not None and known.muted)
        return found

    assert await store.write(work) == [False, True, False]


async def test_a_channels_default_team_goes_before_its_workspaces(store: Store) -> None:
    def work(records: Records) -> list[str | None]:
        teams = records.workspaces
        found = [teams.default_team("slack", "w", "c")]
        teams.set_default_team("slack", "w", "", "solo")
        found.append(teams.default_team("slack", "w", "c"))
        teams.set_default_team("slack", "w", "c", "panel")
        teams.set_default_team("slack", "w", "c", "duo")
        found += [teams.default_team("slack", "w", channel) for channel in ("c", "d", "")]
        return [*found, teams.default_team("discord", "w", "c"), teams.default_team("slack", "v", "c")]

    assert await store.write(work) == [None, "solo", "duo", "solo", "solo", None, None]


async def test_an_installation_is_replaced_and_forgotten_and_its_conversations_stay(store: Store) -> None:
    first = Installation(adapter="slack", workspace="w", sealed="one")

    def work(records: Records) -> list[Installation | None]:
        records.conversations.put(conversation())
        records.workspaces.install(first)
        records.workspaces.install(replace(first, workspace="v"))
        records.workspaces.install(replace(first, sealed="two"))
        found = [records.workspaces.installation("slack", name) for name in ("w", "v", "u")]
        records.workspaces.uninstall("slack", "w")
        records.workspaces.uninstall("slack", "w")
        return [*found, *(records.workspaces.installation("slack", name) for name in ("w", "v"))]

    second, other = replace(first, sealed="two"), replace(first, workspace="v")
    assert await store.write(work) == [second, other, None, None, other]
    assert await store.read(lambda records: records.conversations.get(T1)) == conversation()


async def test_a_kept_message_that_is_kept_again_says_what_it_was_given_last(store: Store) -> None:
    first, second = event("d1", message="m1"), event("d2", message="m2")

    def work(records: Records) -> None:
        for one in (first, second):
            records.inbox.add(one)
            records.inbox.keep(one)
        records.inbox.take_kept(T1)
        records.inbox.keep(second)
        records.inbox.keep(replace(first, text="changed"))

    await store.write(work)

    taken = await store.write(lambda records: records.inbox.take_kept(T1))
    assert taken == [replace(first, text="changed"), second]


_doings = st.lists(
    st.tuples(st.sampled_from(["add", "done", "take"]), st.sampled_from(["d1", "d2", "d3"])), max_size=20
)


@settings(max_examples=60, deadline=None)
@given(_doings)
def test_a_delivery_is_taken_from_its_first_arrival_until_it_is_done(doings: list[tuple[str, str]]) -> None:
    told = asyncio.run(_do(open_store(":memory:"), doings))

    open_now: dict[str, int] = {}
    seen: set[str] = set()
    for (doing, name), answer in zip(doings, told, strict=True):
        if doing == "add":
            assert answer == (name not in seen)
            open_now |= {} if name in seen else {name: 0}
            seen.add(name)
        elif doing == "done":
            open_now.pop(name, None)
        else:
            open_now = {one: tries + 1 for one, tries in open_now.items()}
            assert [(one.id, one.tries) for one in answer] == [*open_now.items()]


async def _do(store: Store, doings: Sequence[tuple[str, str]]) -> list[Any]:
    def one(records: Records, doing: str, name: str) -> Any:
        deliveries = records.deliveries
        if doing == "add":
            return deliveries.add(delivery(name))
        return deliveries.take("console") if doing == "take" else deliveries.done("console", name)

    try:
        return [await store.write(lambda records, each=each: one(records, *each)) for each in doings]  # type: ignore[misc]  # bound by default
    finally:
        await store.close()
