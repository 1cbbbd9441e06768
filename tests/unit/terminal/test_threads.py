from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.threads import name_of, run_named, thread_of
from bot.domain import ConversationId, RunId, RunStatus, ThreadRef
from bot.ports import Records, Store
from bot.store import open_store
from tests.unit.core.asked import run_that_is

ELSEWHERE = ThreadRef(adapter="slack", workspace="T1", channel="C1", thread="1700000000.5")


def started(records: Records, name: str, conversation: ConversationId) -> None:
    records.runs.add(replace(run_that_is(RunStatus.COMPLETED), id=RunId(name), conversation=conversation))


@pytest.fixture
def store() -> Store:
    return open_store(":memory:")


def many_runs(records: Records) -> None:
    started(records, "abcd1", thread_of("first").conversation)
    started(records, "abcd2", thread_of("first").conversation)
    started(records, "abcd", ELSEWHERE.conversation)
    for number in range(1100):
        started(records, f"later{number}", thread_of("last").conversation)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("abcd1", "abcd1"),
        ("abcd", "abcd"),
        ("first", "abcd2"),
        (str(ELSEWHERE), "abcd"),
        (str(thread_of("first")), "abcd2"),
        ("late", "later1099"),
        ("abc", None),
        ("ABCD", None),
        ("a%", None),
        ("\udcff", None),
        ("", None),
    ],
)
async def test_run_is_named_by_its_id_its_thread_or_the_beginning_of_its_id(
    store: Store, name: str, found: str | None
) -> None:
    await store.write(many_runs)

    run = await store.read(lambda records: run_named(records, name))

    assert (run and run.id) == found
    await store.close()


def test_thread_of_the_terminal_needs_no_address_and_one_of_a_platform_does() -> None:
    assert name_of(thread_of("first")) == "first"
    assert name_of(ELSEWHERE) == "slack:T1:C1:1700000000.5"
