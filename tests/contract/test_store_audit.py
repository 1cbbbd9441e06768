"""What every store keeps of the promises about the audit log."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import AuditAction, AuditEntry, AuditFilter
from bot.ports import Records, Store
from bot.store import open_store
from tests.unit.store.samples import NOW, later

ENTRY = AuditEntry(
    at=NOW,
    action=AuditAction.APPROVED,
    person="slack:T1:U1",
    place="slack:T1:C1",
    conversation="slack:T1:C1:1.1",
    run="abcd1234",
    request="q1",
    team="coder",
    sha256="ff00",
    detail={"item": 1, "kind": "code"},
)


def add(records: Records, *entries: AuditEntry) -> None:
    for entry in entries:
        records.audit.add(entry)


async def found(store: Store, wanted: AuditFilter) -> list[int]:
    return [entry.number for entry in await store.read(lambda records: records.audit.of(wanted))]


async def test_entry_comes_back_as_it_was_with_its_number(store: Store) -> None:
    await store.write(lambda records: add(records, ENTRY, replace(ENTRY, detail={})))

    entries = await store.read(lambda records: records.audit.of(AuditFilter()))

    assert entries == [replace(ENTRY, number=1), replace(ENTRY, detail={}, number=2)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (AuditFilter(), [1, 2, 3, 4]),
        (AuditFilter(action=AuditAction.STOPPED), [2]),
        (AuditFilter(person="slack:T1:U1"), [1, 4]),
        (AuditFilter(person="U1"), [1, 4]),
        (AuditFilter(person="U_"), []),
        (AuditFilter(person="1"), []),
        (AuditFilter(person="slack:*:U1"), [1, 4]),
        (AuditFilter(person="slack:*:1"), []),
        (AuditFilter(person="discord:*:U1"), []),
        (AuditFilter(conversation="slack:T1:C1:1.1"), [1, 4]),
        (AuditFilter(conversation="slack:"), [1, 3, 4]),
        (AuditFilter(run="ab"), [1, 3, 4]),
        (AuditFilter(since=later(10)), [2, 3, 4]),
        (AuditFilter(until=later(10)), [1]),
        (AuditFilter(since=later(10), until=later(30)), [2, 3]),
        (AuditFilter(limit=2), [3, 4]),
        (AuditFilter(after=0), [1, 2, 3, 4]),
        (AuditFilter(after=1, limit=2), [2, 3]),
        (AuditFilter(after=4), []),
    ],
    ids=str,
)
async def test_facts_that_are_wanted_come_oldest_first(store: Store, wanted: AuditFilter, numbers: list[int]) -> None:
    second = replace(ENTRY, at=later(10), action=AuditAction.STOPPED, person="slack:T1:U2", conversation="", run="")
    third = replace(ENTRY, at=later(20), person="", conversation="slack:T1:C1:1.2")
    await store.write(lambda records: add(records, ENTRY, second, third, replace(ENTRY, at=later(30))))

    assert await found(store, wanted) == numbers


@pytest.mark.parametrize("change", ["UPDATE audit SET person = 'x'", "DELETE FROM audit"])
async def test_database_itself_refuses_to_change_or_delete_a_fact(tmp_path: Path, change: str) -> None:
    store = await asyncio.to_thread(open_store, tmp_path / "x.db")
    await store.write(lambda records: add(records, ENTRY))
    await store.close()

    with (
        closing(sqlite3.connect(tmp_path / "x.db")) as file,
        pytest.raises(sqlite3.IntegrityError, match="only added to"),
    ):
        file.execute(change)
