"""Where a step leaves its run: it waits for a person, or it has ended and the one that follows is handed out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import Outcome, RequestStatus, Run, RunStatus, ThreadRef
from bot.engine.journal import Ahead, StepJournal, look_ahead
from bot.engine.transactions.following import next_run
from bot.inbox.access import Refusal, Why
from bot.inbox.audited import Log
from bot.inbox.runs import end_run
from bot.ports import PinnedTeams, Records
from bot.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Where a transaction left a run."""

    ended: Run | None = None
    """The run that it has ended, with its final status."""
    following: Run | None = None
    """The run to go on with at once: the same one, or one that kept messages have started."""
    ahead: Ahead | None = None
    """How far its journal has come, if it waited for a person and goes on with the answer."""
    due_at: datetime | None = None
    """When the run is to be tried again."""


def settle(
    records: Records, pins: PinnedTeams, *, run: Run, epoch: int, outcome: Outcome, journal: StepJournal, now: datetime
) -> Settled:
    """Record how far the team came."""
    records.conversations.check_epoch(run.conversation, epoch)
    if outcome.waiting and not journal.full:
        return _wait(records, pins, run, journal, now)
    reason = outcome.stop_reason
    if journal.full:
        reason = say("turn_limit", run.language, count=journal.answers)
    return end(records, pins, run, RunStatus.COMPLETED, reason, now, summary=outcome.summary)


def _wait(records: Records, pins: PinnedTeams, run: Run, journal: StepJournal, now: datetime) -> Settled:
    waiting = records.requests.of(run.conversation, status=RequestStatus.OPEN)
    open_keys = {request.key for request in waiting if request.run == run.id}
    if not journal.progressed:
        records.runs.reset_attempts(run.id)
    if journal.open_keys - open_keys:
        # An answer came while the team was working: it goes on at once.
        current = records.runs.get(run.id)
        if current is None:
            return Settled()
        return Settled(following=counted(records, current), ahead=look_ahead(records, current))
    if not open_keys:
        return end(records, pins, run, RunStatus.FAILED, say("waits_for_nothing", run.language), now)
    records.runs.set_status(run.id, RunStatus.INPUT_REQUIRED)
    return Settled()


def fail(
    records: Records,
    pins: PinnedTeams,
    *,
    run: Run,
    epoch: int,
    reason: str,
    now: datetime,
    budget: str = "",
    missing: str = "",
) -> Settled:
    """End a run as failed, with its reason in the thread.

    Args:
        records: The store's.
        pins: The teams.
        run: The run.
        epoch: Of its step.
        reason: Why, in words.
        now: The current time.
        budget: The sentence of the budget that is used up.
        missing: The model that it lacks and that could be pulled.
    """
    records.conversations.check_epoch(run.conversation, epoch)
    if budget:
        refusal = Refusal(what="go_on", why=Why.BUDGET, text_id=budget)
        log = Log(records=records, thread=ThreadRef.parse(run.conversation), now=now)
        log.refused(refusal, run.started_by, run=run.id, request="", team=run.team)
    return end(records, pins, run, RunStatus.FAILED, reason, now, missing=missing)


def end(
    records: Records,
    pins: PinnedTeams,
    run: Run,
    status: RunStatus,
    reason: str,
    now: datetime,
    *,
    summary: str = "",
    missing: str = "",
) -> Settled:
    """End a run, however it ended, and start the one that messages ask for which were kept while it worked."""
    end_run(records, run, status, reason=reason, summary=summary, missing=missing, now=now)
    following = next_run(records, pins, run.conversation, now)
    handed_out = counted(records, following) if following is not None else None
    return Settled(ended=replace(run, status=status), following=handed_out)


def counted(records: Records, run: Run) -> Run:
    """Count a step of a run that is handed out to be worked on."""
    return replace(run, attempts=records.runs.count_attempt(run.id))
