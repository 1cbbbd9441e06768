"""A step's journal and the approvals: who may decide is recorded, and nothing begins that no approval covers."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain import (
    ApprovalState,
    AuditAction,
    Batch,
    Claim,
    Decision,
    Effect,
    EffectState,
    InputRequest,
    RequestKind,
    RequestStatus,
    Turn,
    TurnKind,
    Verdict,
)
from bot.engine.journal import StepJournal
from bot.engine.preview import StepPreview
from bot.errors import FencedError, NotApprovedError
from bot.permissions import Permissions, Rule
from bot.ports import Records, Store
from bot.store import open_store
from tests.contract.test_store_approvals import claim, item
from tests.fakes import FakeClock
from tests.unit.store.opened import Opened
from tests.unit.store.samples import ANN, NOW, begin, effect, request, run, thread

ITEM = item()
ASKED = replace(request(kind=RequestKind.APPROVAL), items=(ITEM,))
TURN = Turn(path="main", n=1, kind=TurnKind.TEXT, agent="ada", text="hello")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await asyncio.to_thread(open_store, tmp_path / "store.db", clock=FakeClock())
    await opened.write(begin)
    yield opened
    await opened.close()


async def journal_of(store: Store, permissions: Permissions | None = None) -> StepJournal:
    """Return the journal of a new step."""
    epoch = await store.write(lambda records: records.conversations.raise_epoch(thread().conversation))
    return StepJournal(
        store=store,
        clock=FakeClock(),
        run=run(),
        epoch=epoch,
        human_turns=9,
        preview=StepPreview(None, thread()),
        recorded=lambda _: None,
        permissions=permissions,
    )


async def asked(store: Store, permissions: Permissions | None = None) -> InputRequest:
    journal = await journal_of(store, permissions)
    await journal.commit(Batch(requests=(ASKED,)))
    (found,) = await store.read(lambda records: records.requests.of(run().conversation))
    return found


async def approve(store: Store) -> None:
    def work(records: Records) -> None:
        records.requests.close(ASKED.id, RequestStatus.ANSWERED)
        records.approvals.decide(ASKED, [Decision(verdict=Verdict.APPROVE)], ANN, NOW)

    await store.write(work)


def code(key: str = "e1", *, done: bool = False) -> Effect:
    return replace(effect(key, state=EffectState.DONE if done else EffectState.STARTED, value=1), kind="code")


def beginning(*claims: Claim) -> Batch:
    return Batch(effects=(effect("model"), code()), turns=(TURN,), claims=claims)


async def states(store: Store) -> list[ApprovalState]:
    found = await store.read(lambda records: records.approvals.of(run().id))
    return [each.state for each in found]


def audit(tmp_path: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(tmp_path / "store.db")) as database:
        found = database.execute("SELECT action, sha256, detail FROM audit ORDER BY number").fetchall()
    return [(action, hashed, detail) for action, hashed, detail in found if action in ("ran", "not_run")]


async def test_who_may_decide_is_recorded_when_it_is_asked(store: Store) -> None:
    permissions = Permissions([Rule(approve=("group:S1", "U9")), Rule(team="solo", four_eyes=True)])

    found = await asked(store, permissions)

    assert (found.deciders, found.four_eyes, len(found.nonce)) == (("group:S1", "U9"), True, 16)
    assert await states(store) == [ApprovalState.PENDING]


async def test_without_rules_the_starter_decides_and_each_request_has_a_nonce_of_its_own(store: Store) -> None:
    journal = await journal_of(store)
    second = replace(ASKED, id=request("q2").id, key="other")
    await journal.commit(Batch(requests=(ASKED, second, request("q3", key="text"))))

    found = await store.read(lambda records: records.requests.of(run().conversation))

    assert [(each.deciders, each.four_eyes) for each in found] == [
        (("starter",), False),
        (("starter",), False),
        ((), False),
    ]
    assert len({each.nonce for each in found[:2]}) == 2
    assert found[2].nonce == ""


async def test_an_execution_begins_with_its_approval_and_the_log_says_so(store: Store, tmp_path: Path) -> None:
    await asked(store)
    await approve(store)
    journal = await journal_of(store)

    await journal.commit(beginning(claim(ITEM)))

    assert await states(store) == [ApprovalState.CLAIMED]
    ((action, hashed, detail),) = audit(tmp_path)
    assert (action, hashed) == (AuditAction.RAN, ITEM.sha256)
    assert json.loads(detail) == {"kind": "code", "policy": "always", "item": 1}
    await journal.commit(Batch(effects=(code(done=True),)))
    assert await states(store) == [ApprovalState.DONE]


@pytest.mark.parametrize("decided", [True, False])
async def test_of_what_no_approval_covers_nothing_is_recorded_but_that(
    decided: bool, store: Store, tmp_path: Path
) -> None:
    await asked(store)
    if decided:
        await approve(store)
    journal = await journal_of(store)
    other = replace(claim(ITEM), sha256="x" * 64) if decided else claim(ITEM)

    with pytest.raises(NotApprovedError) as raised:
        await journal.commit(beginning(other))

    def recorded(records: Records) -> tuple[int, int]:
        return len(records.journal.effects(run().id)), len(records.outbox.of(run().id))

    assert raised.value.effect == "e1"
    assert await store.read(recorded) == (0, 1)
    assert [(action, hashed) for action, hashed, _ in audit(tmp_path)] == [(AuditAction.NOT_RUN, other.sha256)]
    assert not journal.progressed


async def test_one_that_is_not_covered_takes_nothing_of_the_others(store: Store, tmp_path: Path) -> None:
    await asked(store)
    await approve(store)
    journal = await journal_of(store)

    with pytest.raises(NotApprovedError):
        await journal.commit(beginning(claim(ITEM), replace(claim(ITEM), effect="e2")))

    assert await states(store) == [ApprovalState.APPROVED]
    assert [action for action, _, _ in audit(tmp_path)] == [AuditAction.NOT_RUN]


async def test_a_step_that_was_overtaken_claims_nothing(store: Store, tmp_path: Path) -> None:
    await asked(store)
    await approve(store)
    old = await journal_of(store)
    await journal_of(store)

    for wanted in (claim(ITEM), replace(claim(ITEM), sha256="x")):
        with pytest.raises(FencedError):
            await old.commit(beginning(wanted))

    assert (await states(store), audit(tmp_path)) == ([ApprovalState.APPROVED], [])


async def test_an_execution_that_a_crash_interrupted_is_over_when_the_next_step_says_so(store: Store) -> None:
    await asked(store)
    await approve(store)
    await (await journal_of(store)).commit(beginning(claim(ITEM)))
    after = await journal_of(store)

    recorded = await after.load()
    await after.commit(Batch(effects=(code(done=True),)))

    assert recorded.items == {ASKED.key: (ITEM,)}
    assert await states(store) == [ApprovalState.DONE]


async def test_a_run_that_asks_for_no_approval_looks_at_none(tmp_path: Path) -> None:
    opened = await asyncio.to_thread(Opened, tmp_path / "watched.db")
    await opened.store.write(begin)
    journal = await journal_of(opened.store)
    await journal.load()
    given = opened.watch()

    await journal.commit(Batch(effects=(effect("model"), code(done=True)), turns=(TURN,), requests=(request(),)))

    await opened.store.close()
    assert any("effects" in statement for statement in given)
    assert not [statement for statement in given if "approvals" in statement or "audit" in statement]
