"""What a run's journal records of approvals: who may decide, what begins because of one, what was refused."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain import (
    AuditAction,
    Claim,
    Effect,
    EffectState,
    InputRequest,
    Json,
    RequestKind,
    Run,
    ThreadRef,
)
from bot.errors import NotApprovedError
from bot.inbox.audited import Log
from bot.permissions import Permissions
from bot.ports import Records

EXECUTED = ("code", "tool")
"""The kinds of effects that approvals are about."""


def for_deciders(request: InputRequest, run: Run, permissions: Permissions) -> InputRequest:
    """Return an approval with what only its record knows: its nonce, and who may decide as of now."""
    if request.kind is not RequestKind.APPROVAL:
        return request
    thread, team, by_bot = ThreadRef.parse(request.conversation), run.team, run.started_by.bot
    return replace(
        request,
        nonce=secrets.token_hex(8),
        deciders=permissions.deciders(thread=thread, team=team, named=request.may_answer, by_bot=by_bot),
        four_eyes=permissions.four_eyes(thread=thread, team=team),
    )


def begin(records: Records, run: Run, claims: Iterable[Claim], now: datetime) -> None:
    """Begin executions, each of which an approval must cover.

    Raises:
        NotApprovedError: One is not covered; the transaction must come to nothing.
    """
    for claim in claims:
        if not records.approvals.claim(run.id, claim):
            raise NotApprovedError("What was approved is not what would run, or it has run already.", claim.effect)
        _note(records, run, claim, AuditAction.RAN, now)


def refuse(records: Records, run: Run, epoch: int, claims: Iterable[Claim], now: datetime) -> None:
    """Note that something did not run, in a transaction of its own: the other one came to nothing."""
    records.conversations.check_epoch(run.conversation, epoch)
    for claim in claims:
        _note(records, run, claim, AuditAction.NOT_RUN, now)


def end(records: Records, run: Run, effects: Iterable[Effect]) -> None:
    """Note that executions are over; one that no approval began is not known here."""
    for effect in effects:
        if effect.kind in EXECUTED and effect.state is EffectState.DONE:
            records.approvals.done(run.id, effect.key)


def _note(records: Records, run: Run, claim: Claim, action: AuditAction, now: datetime) -> None:
    # A tool has its name from the operator; the language of code is what an agent wrote before it.
    tool: Json = {"tool": claim.title} if claim.kind == "tool" else {}
    detail: Json = {"kind": claim.kind, "policy": claim.policy.value, "item": claim.place + 1, **tool}
    log = Log(records=records, thread=ThreadRef.parse(run.conversation), now=now)
    log.add(action, None, run=run.id, request=claim.request, team=run.team, hashed=claim.sha256, detail=detail)
