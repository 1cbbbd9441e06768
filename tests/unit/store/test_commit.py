"""What the callers of one commit are told when it fails, or when its answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from bot.errors import StoreError
from bot.ports import Records
from bot.store import open_store
from bot.store.store import SqlStore
from tests.unit.store.samples import event

Points = list[tuple[str, int]]


class Hook:
    """Notes each commit point, and raises at one of them."""

    def __init__(self) -> None:
        self.points: Points = []
        self.fails_at = ""

    def __call__(self, point: str, number: int) -> None:
        self.points.append((point, number))
        if point == self.fails_at:
            self.fails_at = ""
            raise StoreError("the disk did not answer")


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
def store(hook: Hook, tmp_path: Path) -> SqlStore:
    return open_store(tmp_path / "x.db", on_commit=hook)


async def add_together(store: SqlStore, *deliveries: str) -> list[object]:
    """Write once for each, queued at the same time."""
    added = (store.write(lambda records, one=one: records.inbox.add(event(one))) for one in deliveries)  # type: ignore[misc]  # bound by default
    return list(await asyncio.gather(*added, return_exceptions=True))


async def test_each_commit_is_told_before_and_after_with_its_number(store: SqlStore, hook: Hook) -> None:
    await add_together(store, "a")
    await add_together(store, "b")

    assert hook.points == [("before_commit", 1), ("after_commit", 1), ("before_commit", 2), ("after_commit", 2)]
    await store.close()


async def test_works_that_are_queued_together_share_commits(store: SqlStore, hook: Hook) -> None:
    await add_together(store, *(str(n) for n in range(200)))

    assert len(hook.points) / 2 < 50
    await store.close()


async def test_all_callers_of_a_commit_that_fails_get_the_error_and_nothing_happened(
    store: SqlStore, hook: Hook
) -> None:
    hook.fails_at = "before_commit"
    names = [str(n) for n in range(5)]

    outcomes = await add_together(store, *names)

    failed = [name for name, outcome in zip(names, outcomes, strict=True) if isinstance(outcome, StoreError)]
    assert failed
    again = await add_together(store, *names)
    assert [name for name, new in zip(names, again, strict=True) if new] == failed
    await store.close()


async def test_an_answer_that_was_lost_after_the_commit_leaves_what_was_recorded(store: SqlStore, hook: Hook) -> None:
    hook.fails_at = "after_commit"

    assert isinstance((await add_together(store, "a"))[0], StoreError)

    assert await add_together(store, "a") == [False]
    await store.close()


async def test_who_asks_is_told_on_the_stores_thread_before_any_caller_and_any_later_work(
    store: SqlStore, hook: Hook
) -> None:
    seen: list[object] = []
    works, goes_on = Event(), Event()

    def first(records: Records) -> None:
        records.when_durable(lambda: seen.append([*hook.points]))
        seen.append("worked")
        works.set()
        assert goes_on.wait(10)

    async with asyncio.TaskGroup() as group:
        group.create_task(store.write(first)).add_done_callback(lambda _: seen.append("told"))
        await asyncio.to_thread(works.wait)
        group.create_task(store.write(lambda _: seen.append("next")))
        await asyncio.sleep(0)
        goes_on.set()

    assert seen[:2] == ["worked", [("before_commit", 1), ("after_commit", 1)]]
    assert sorted(map(str, seen[2:])) == ["next", "told"]
    await store.close()


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_nobody_is_told_to_be_durable_what_the_store_does_not_know_to_be(
    store: SqlStore, hook: Hook, point: str
) -> None:
    hook.fails_at, durable = point, list[str]()

    with pytest.raises(StoreError):
        await store.write(lambda records: records.when_durable(lambda: durable.append("failed")))
    await store.write(lambda records: records.when_durable(lambda: durable.append("done")))

    assert durable == ["done"]
    await store.close()


async def test_work_that_fails_beside_others_is_not_told_to_be_durable(store: SqlStore) -> None:
    durable: list[str] = []

    def asking(name: str) -> Callable[[Records], None]:
        def work(records: Records) -> None:
            records.when_durable(lambda: durable.append(name))
            if name == "wrong":
                raise ValueError(name)

        return work

    names = ["a", "b", "wrong", "c"]
    outcomes = await asyncio.gather(*[store.write(asking(name)) for name in names], return_exceptions=True)

    assert (
        [name for name, outcome in zip(names, outcomes, strict=True) if outcome is None] == durable == ["a", "b", "c"]
    )
    await store.close()
