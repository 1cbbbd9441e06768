"""The transactions of a step besides the journal's: its beginning with due timers, and where it leaves the run.

Each function is the work of one transaction; all but the first are fenced by the step's epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import (
    Answer,
    ConversationId,
    Decision,
    InputRequest,
    Outcome,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    RunStatus,
    ThreadRef,
    Verdict,
)
from bot.engine.journal import StepJournal
from bot.inbox.pins import Pins
from bot.inbox.runs import close_request, end_run, start_run, take_words
from bot.outbox import backoff, run_notice_post
from bot.ports import Records
from bot.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A step that owns its conversation."""

    epoch: int
    thread: ThreadRef
    run: Run | None
    ended: Run | None = None
    """A run that a due timer has ended, as it was before."""


def begin(records: Records, conversation: ConversationId, now: datetime) -> Begun | None:
    """Take the conversation over from every older step and act on its due timers; None: there is none."""
    known = records.conversations.get(conversation)
    if known is None:
        return None
    epoch = records.conversations.raise_epoch(conversation)
    ended = None
    for kind, ref in records.inbox.take_due(conversation, now):
        if kind == "expiry":
            ended = _expire(records, RequestId(ref), now) or ended
    run = records.runs.get(known.run) if known.run is not None else None
    return Begun(epoch=epoch, thread=ThreadRef.parse(conversation), run=run, ended=ended)


def _expire(records: Records, ref: RequestId, now: datetime) -> Run | None:
    """Expiry is a no: an approval is rejected, a question without an answer ends its run. Return a run that ended."""
    request = records.requests.get(ref)
    run = records.runs.get(request.run) if request is not None else None
    if request is None or run is None:
        return None
    answer = _nobodys(request, run.language, now)
    if not close_request(records, request, RequestStatus.EXPIRED, answer, run.language) or run.status.final:
        return None
    if request.kind is RequestKind.APPROVAL:
        records.runs.set_status(run.id, RunStatus.WORKING)
        return None
    reason = say("nobody_answered", run.language, agent=request.agent)
    end_run(records, run, RunStatus.CANCELLED, reason=reason, now=now)
    return run


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Where a step left a run."""

    status: RunStatus
    stop_reason: str = ""
    following: Run | None = None
    """The run to go on with at once: the same one, or one that kept messages have started."""


def settle(
    records: Records, pins: Pins, *, run: Run, epoch: int, outcome: Outcome, journal: StepJournal, now: datetime
) -> Settled:
    """Record how far the team came."""
    records.conversations.check_epoch(run.conversation, epoch)
    if outcome.waiting and not journal.full:
        return _wait(records, run, journal, now)
    reason = outcome.stop_reason
    if journal.full:
        reason = say("turn_limit", run.language, count=journal.answers)
    end_run(records, run, RunStatus.COMPLETED, reason=reason, summary=outcome.summary, now=now)
    return Settled(
        status=RunStatus.COMPLETED, stop_reason=reason, following=_next_run(records, pins, run.conversation, now)
    )


def _wait(records: Records, run: Run, journal: StepJournal, now: datetime) -> Settled:
    waiting = records.requests.of(run.conversation, status=RequestStatus.OPEN)
    open_keys = {request.key for request in waiting if request.run == run.id}
    if journal.open_keys - open_keys:
        # An answer came while the team was working: it goes on at once.
        return Settled(status=RunStatus.WORKING, following=records.runs.get(run.id))
    if not open_keys:
        reason = say("waits_for_nothing", run.language)
        end_run(records, run, RunStatus.FAILED, reason=reason, now=now)
        return Settled(status=RunStatus.FAILED, stop_reason=reason)
    records.runs.set_status(run.id, RunStatus.INPUT_REQUIRED)
    return Settled(status=RunStatus.INPUT_REQUIRED)


def _next_run(records: Records, pins: Pins, conversation: ConversationId, now: datetime) -> Run | None:
    """Start the run that kept messages ask for, if there are any."""
    words = take_words(records, conversation)
    current = records.conversations.get(conversation)
    if not words or current is None:
        return None
    team = next((event.team for event in reversed(words) if event.team is not None), current.team)
    pinned = pins.get(team)
    if pinned is None:
        last = records.runs.get(current.run) if current.run is not None else None
        if last is not None:
            records.outbox.add(run_notice_post(last, "team", pins.complaint(team, current.language)))
        return None
    return start_run(records, replace(current, team=team), words, pinned, now)


def fail(records: Records, *, run: Run, epoch: int, reason: str, now: datetime) -> None:
    """End a run as failed, with its reason in the thread."""
    records.conversations.check_epoch(run.conversation, epoch)
    end_run(records, run, RunStatus.FAILED, reason=reason, now=now)


def postpone(
    records: Records,
    *,
    run: Run,
    epoch: int,
    reason: str,
    retry_after: float | None,
    attempts: int,
    now: datetime,
) -> float | None:
    """Count a failed step and return the seconds until the next one, or None when it was the last."""
    records.conversations.check_epoch(run.conversation, epoch)
    failed = records.runs.count_attempt(run.id)
    if failed >= attempts:
        gave_up = say("gave_up", run.language, attempts=failed, error=reason)
        end_run(records, run, RunStatus.FAILED, reason=gave_up, now=now)
        return None
    delay = backoff(failed, retry_after)
    records.inbox.schedule(run.conversation, kind="retry", ref=run.id, due_at=now + timedelta(seconds=delay))
    return delay


def post_later(records: Records, *, conversation: ConversationId, due_at: datetime) -> None:
    """Have the outbox looked at again when the platform has had its pause."""
    records.inbox.schedule(conversation, kind="post", ref=conversation, due_at=due_at)
