"""What was approved, and what of it was begun."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import (
    Approval,
    ApprovalItem,
    ApprovalPolicy,
    ApprovalState,
    Claim,
    Decision,
    InputRequest,
    Person,
    RequestId,
    RunId,
    Verdict,
    seal_of,
)
from bot.store.codec import optional_moment, stamp
from bot.store.database import insert
from bot.store.records.transaction import Row, Transaction, Values
from bot.store.schema import FINAL, approvals, runs

_ADD = insert(approvals).on_conflict_do_nothing()
_columns = approvals.c
_PENDING = _columns.state == ApprovalState.PENDING.value
_APPROVED = _columns.state == ApprovalState.APPROVED.value
_BEGUN = _columns.state.in_((ApprovalState.CLAIMED.value, ApprovalState.DONE.value))
_moved: dict[str, Any] = {"state": bindparam("new_state"), "decided_by": bindparam("by"), "decided_at": bindparam("at")}
_DECIDE = (
    sa.update(approvals)
    .where(_columns.request == bindparam("a_request"), _columns.place == bindparam("a_place"), _PENDING)
    .values(_moved)
)
_VOID = sa.update(approvals).where(_columns.request == bindparam("a_request"), _PENDING | _APPROVED).values(_moved)
_same_title = _columns.title == bindparam("a_title")
_same_bytes = _columns.sha256 == bindparam("a_sha256")
_same_seal = sa.or_(_columns.seal == bindparam("a_seal"), _columns.seal == "")
_first = sa.and_(_APPROVED, _same_title, _same_bytes, _same_seal)
_FURTHER: dict[ApprovalPolicy, sa.ColumnElement[bool]] = {
    ApprovalPolicy.ONCE_PER_CODE: sa.and_(_BEGUN, _same_title, _same_bytes, _same_seal),
    ApprovalPolicy.ONCE_PER_RUN: sa.and_(_BEGUN, sa.or_(_columns.kind == "code", _same_title)),
}
"""What an approval covers by its policy once what it was given for has begun."""


_run_goes_on = sa.exists().where(runs.c.id == bindparam("a_run"), sa.not_(FINAL))


def _claiming(policy: ApprovalPolicy) -> sa.Update:
    further = _FURTHER.get(policy)
    return (
        sa.update(approvals)
        .where(
            _columns.run == bindparam("a_run"),
            _columns.request == bindparam("a_request"),
            _columns.place == bindparam("a_place"),
            _columns.kind == bindparam("a_kind"),
            _columns.policy == policy.value,
            _run_goes_on,
            _first if further is None else sa.or_(_first, further),
        )
        .values(state=ApprovalState.CLAIMED.value, claims=_columns.claims + 1, effect=bindparam("an_effect"))
    )


_CLAIM: dict[ApprovalPolicy, sa.Update] = {
    policy: _claiming(policy) for policy in ApprovalPolicy if policy is not ApprovalPolicy.NEVER
}
_DONE = (
    sa.update(approvals)
    .where(
        _columns.run == bindparam("a_run"),
        _columns.effect == bindparam("an_effect"),
        _columns.state == ApprovalState.CLAIMED.value,
    )
    .values(state=ApprovalState.DONE.value)
)
_OF = sa.select(approvals).where(_columns.run == bindparam("a_run")).order_by(_columns.number)


class SqlApprovals:
    """`bot.ports.Approvals` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def open(self, request: InputRequest) -> None:
        """Record the items of an approval as pending; a second time changes nothing."""
        rows: list[Values] = [_row(request, place, item) for place, item in enumerate(request.items)]
        if rows:
            self._transaction.execute(_ADD, rows)

    def decide(self, request: InputRequest, decisions: Sequence[Decision | None], by: Person, at: datetime) -> None:
        """Move pending items to what was decided of them; None leaves an item as it is.

        An approval with other content marks the item's record as replaced and adds an approved one of that content.
        """
        for place, (item, decision) in enumerate(zip(request.items, decisions, strict=True)):
            if decision is not None:
                self._decide(request, place, _changed(item, decision), decision, by, at)

    def _decide(
        self,
        request: InputRequest,
        place: int,
        changed: ApprovalItem | None,
        decision: Decision,
        by: Person,
        at: datetime,
    ) -> None:
        state = ApprovalState.APPROVED if decision.verdict is Verdict.APPROVE else ApprovalState.DENIED
        moved = {"by": by.id, "at": stamp(at)}
        first = ApprovalState.REPLACED if changed is not None else state
        values = {**moved, "a_request": request.id, "a_place": place, "new_state": first.value}
        was_pending = self._transaction.execute(_DECIDE, values).rowcount > 0
        if was_pending and changed is not None:
            row = {**_row(request, place, changed), "state": state.value, "decided_by": by.id, "decided_at": stamp(at)}
            self._transaction.execute(_ADD, row)

    def void(self, request: InputRequest, at: datetime) -> None:
        """Deny all of a request that was not answered: it expired, its run ended, or somebody replied otherwise.

        Also what was approved of it so far: an approval counts when all of its items are decided.
        """
        denied = {"new_state": ApprovalState.DENIED.value, "by": "", "at": stamp(at)}
        self._transaction.execute(_VOID, {"a_request": request.id, **denied})

    def claim(self, run: RunId, claim: Claim) -> bool:
        """Begin an execution, in one atomic change; False: its record does not cover exactly this, so it must not run.

        See `bot.ports.Approvals`.
        """
        statement = _CLAIM.get(claim.policy)
        values = {
            "a_run": run,
            "a_request": claim.request,
            "a_place": claim.place,
            "a_kind": claim.kind,
            "a_title": json.dumps(claim.title),
            "a_sha256": claim.sha256,
            "a_seal": claim.seal,
            "an_effect": claim.effect,
        }
        return statement is not None and self._transaction.execute(statement, values).rowcount == 1

    def done(self, run: RunId, effect: str) -> None:
        """Move what this effect claimed to done."""
        self._transaction.execute(_DONE, {"a_run": run, "an_effect": effect})

    def of(self, run: RunId) -> list[Approval]:
        """Return the run's records in the order in which they were added."""
        return [_approval(row) for row in self._transaction.execute(_OF, {"a_run": run})]


def _changed(item: ApprovalItem, decision: Decision) -> ApprovalItem | None:
    """Return the record of what a person put in an item's place; None: it is as it was."""
    content = decision.content
    if decision.verdict is not Verdict.APPROVE or content is None or content == item.content:
        return None
    hashed = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    changed = replace(item, content=content, sha256=hashed)
    return replace(changed, seal=seal_of(changed)) if item.seal else changed


def _row(request: InputRequest, place: int, item: ApprovalItem) -> dict[str, Any]:
    return {
        "request": request.id,
        "place": place,
        "run": request.run,
        "kind": item.kind,
        "title": json.dumps(item.title),
        "sha256": item.sha256,
        "seal": item.seal,
        "policy": item.policy.value,
        "state": ApprovalState.PENDING.value,
        "decided_by": "",
        "decided_at": None,
        "claims": 0,
        "effect": "",
    }


def _approval(row: Row) -> Approval:
    return Approval(
        request=RequestId(row.request),
        place=row.place,
        run=RunId(row.run),
        kind=row.kind,
        title=json.loads(row.title),
        sha256=row.sha256,
        seal=row.seal,
        policy=ApprovalPolicy(row.policy),
        state=ApprovalState(row.state),
        by=row.decided_by,
        decided_at=optional_moment(row.decided_at),
        claims=row.claims,
    )
