"""What becomes of a run whose team could not go on: it ends, is tried again or waits. Decides, and records nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain import Run
from bot.engine.journal import StepJournal
from bot.engine.limits import Limits
from bot.engine.places import leaves
from bot.engine.reasons import missing_of, reason_of
from bot.engine.retries import Retries
from bot.engine.transactions import Settled, fail, postpone, wait_for_host
from bot.errors import (
    FencedError,
    OverBudgetError,
    RetryLaterError,
    RunFailedError,
    StoreFullError,
    StoreReadOnlyError,
)
from bot.ports import PinnedTeams, Records
from bot.texts import say

UNRECORDABLE = (FencedError, StoreFullError, StoreReadOnlyError)
"""After these nothing can be recorded of the run: the step is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What is done about a run that could not go on."""

    work: Callable[[Records, PinnedTeams], Settled]
    """The transaction that records it."""
    tries_again: bool = False
    """Whether the run is to be tried again, unless the transaction finds that it was the last attempt."""


def gravest(error: BaseException) -> BaseException:
    """Return the cause to act on: parallel chats may have failed together."""
    causes = leaves(error)
    for kinds in (UNRECORDABLE, RunFailedError):
        for cause in causes:
            if isinstance(cause, kinds):
                return cause
    return causes[0]


def remedy(
    cause: BaseException, run: Run, journal: StepJournal, *, limits: Limits, retries: Retries, now: datetime
) -> Remedy:
    """Decide what is done about a run, unless nothing can be recorded of it.

    Args:
        cause: Why it could not go on.
        run: The run.
        journal: What the step has recorded of it.
        limits: Say how often and how long it is tried.
        retries: Know how long it has been waiting; told that it waits now.
        now: The current time.
    """
    if isinstance(cause, RunFailedError):
        budget = cause.text_id or "" if isinstance(cause, OverBudgetError) else ""
        reason, missing = reason_of(cause, run.language), missing_of(cause)
        return _ended(run, journal, reason, now, budget=budget, missing=missing)
    if isinstance(cause, RetryLaterError):
        return _waiting(cause, run, journal, limits=limits, retries=retries, now=now)
    return _postponed(cause, run, journal, limits, now)


def _ended(
    run: Run, journal: StepJournal, reason: str, now: datetime, *, budget: str = "", missing: str = ""
) -> Remedy:
    work = partial(fail, run=run, epoch=journal.epoch, reason=reason, now=now, budget=budget, missing=missing)
    return Remedy(work=work)


def _postponed(cause: BaseException, run: Run, journal: StepJournal, limits: Limits, now: datetime) -> Remedy:
    """Try a run again that failed unexpectedly, a few times."""
    work = partial(
        postpone,
        run=run,
        epoch=journal.epoch,
        progressed=journal.progressed,
        reason=reason_of(cause, run.language),
        attempts=limits.attempts,
        now=now,
    )
    return Remedy(work=work, tries_again=True)


def _waiting(
    cause: RetryLaterError, run: Run, journal: StepJournal, *, limits: Limits, retries: Retries, now: datetime
) -> Remedy:
    """Try a run again whose host is away, for as long as the limits say."""
    later = retries.later(run, now, retry_after=cause.retry_after, progressed=journal.progressed, patient=cause.patient)
    facts = {"minutes": round(limits.patience_seconds / 60), "error": reason_of(cause, run.language)}
    if later is None:
        return _ended(run, journal, say("gave_up_waiting", run.language, **facts), now)
    waits = "waits_for_host" if cause.patient else "waits_for_model"
    work = partial(
        wait_for_host,
        run=run,
        epoch=journal.epoch,
        progressed=journal.progressed,
        due_at=later.due_at,
        words=say(waits, run.language, **facts) if later.tell else "",
    )
    return Remedy(work=lambda records, _: work(records), tries_again=True)
