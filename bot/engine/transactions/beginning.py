"""The beginning of a step: it takes the conversation over from every older one and acts on its due timers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import (
    Answer,
    ConversationId,
    Decision,
    InputRequest,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    ThreadRef,
    Verdict,
)
from bot.engine.journal import look_ahead
from bot.engine.transactions.ending import Settled, counted, end
from bot.inbox.runs import close_request
from bot.ports import PinnedTeams, Records
from bot.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A step that owns its conversation."""

    epoch: int
    thread: ThreadRef
    settled: Settled


def begin(
    records: Records,
    pins: PinnedTeams,
    *,
    conversation: ConversationId,
    resting: RunId | None,
    starts: int,
    now: datetime,
) -> Begun | None:
    """Take the conversation over from every older step and act on its due timers; None: there is none.

    Args:
        records: Of this transaction.
        pins: The teams that are known to it.
        conversation: Which.
        resting: The run that is left alone until its timer, if one is.
        starts: Steps without progress, after which the run is given up.
        now: The time.
    """
    known = records.conversations.get(conversation)
    if known is None:
        # It was deleted, and a step that was ending has set a timer: nobody else will take it.
        records.inbox.take_due(conversation, now)
        return None
    epoch = records.conversations.raise_epoch(conversation)
    settled, retried = _timers(records, pins, conversation, now)
    if settled is None:
        run = records.runs.get(known.run) if known.run is not None else None
        works = run is not None and run.status is RunStatus.WORKING and run.id not in {resting} - retried
        settled = _started(records, pins, run, starts, now) if run is not None and works else Settled()
    return Begun(epoch=epoch, thread=ThreadRef.parse(conversation), settled=settled)


def begin_with(
    records: Records, pins: PinnedTeams, run: Run, answered: InputRequest | None, *, starts: int, now: datetime
) -> Begun:
    """Begin the step of a run that works and does not rest, within the transaction that gave it something to do."""
    epoch = records.conversations.raise_epoch(run.conversation)
    settled, _ = _timers(records, pins, run.conversation, now)
    if settled is None:
        settled = _started(records, pins, run, starts, now, [] if answered is None else [answered])
    return Begun(epoch=epoch, thread=ThreadRef.parse(run.conversation), settled=settled)


def _timers(
    records: Records, pins: PinnedTeams, conversation: ConversationId, now: datetime
) -> tuple[Settled | None, set[str | None]]:
    """Act on the due timers: where that has left a run that it has ended, and the runs that are to be tried again."""
    settled, retried = None, set[str | None]()
    for kind, ref in records.inbox.take_due(conversation, now):
        if kind == "expiry":
            settled = _expire(records, pins, RequestId(ref), now) or settled
        elif kind == "retry":
            retried.add(ref)
    return settled, retried


def _started(
    records: Records,
    pins: PinnedTeams,
    run: Run,
    starts: int,
    now: datetime,
    answered: Sequence[InputRequest] | None = None,
) -> Settled:
    """Hand a run out, unless that has ended the process too often already."""
    handed_out = counted(records, run)
    if handed_out.attempts <= starts:
        return Settled(following=handed_out, ahead=look_ahead(records, handed_out, answered))
    return end(records, pins, run, RunStatus.FAILED, say("gave_up_killed", run.language, attempts=starts), now)


def _expire(records: Records, pins: PinnedTeams, ref: RequestId, now: datetime) -> Settled | None:
    """Expiry is a no: an approval is rejected, a question without an answer ends its run. None: no run has ended."""
    request = records.requests.get(ref)
    run = records.runs.get(request.run) if request is not None else None
    if request is None or run is None:
        return None
    answer = _nobodys(request, run.language, now)
    if not close_request(records, run, request, RequestStatus.EXPIRED, answer, now) or run.status.final:
        return None
    if request.kind is RequestKind.APPROVAL:
        records.runs.set_status(run.id, RunStatus.WORKING)
        return None
    reason = say("nobody_answered", run.language, agent=request.agent)
    return end(records, pins, run, RunStatus.CANCELLED, reason, now)


def _nobodys(request: InputRequest, language: str, now: datetime) -> Answer | None:
    """Return the answer of an expired approval: every item is rejected, also those approved so far."""
    if request.kind is not RequestKind.APPROVAL:
        return None
    reason = say("expired_reason", language)
    before = request.decided or (None,) * len(request.items)
    rejected = Decision(verdict=Verdict.REJECT, reason=reason)
    decisions = tuple(
        decision if decision is not None and decision.verdict is Verdict.REJECT else rejected for decision in before
    )
    return Answer(decisions=decisions, at=now)
