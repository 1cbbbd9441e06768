"""The transactions of a step besides the journal's: its beginning with due timers, and where it leaves the run.

Each function is the work of one transaction; all but the first are fenced by the step's epoch. Whichever hands out a
run to be worked on counts a step that is begun, so that a run that takes the process down is found out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import (
    Answer,
    Conversation,
    ConversationId,
    Decision,
    Event,
    InputRequest,
    Json,
    Outcome,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    ThreadRef,
    Verdict,
)
from bot.engine.journal import Ahead, StepJournal, look_ahead
from bot.inbox.access import Refusal, Why
from bot.inbox.audited import Log
from bot.inbox.kept import left_out, sort
from bot.inbox.runs import close_request, end_run, start_run, take_words
from bot.outbox import backoff, run_notice_post
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
    counted = _counted(records, run)
    if counted.attempts <= starts:
        return Settled(following=counted, ahead=look_ahead(records, counted, answered))
    return _end(records, pins, run, RunStatus.FAILED, say("gave_up_killed", run.language, attempts=starts), now)


def _counted(records: Records, run: Run) -> Run:
    return replace(run, attempts=records.runs.count_attempt(run.id))


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
    return _end(records, pins, run, RunStatus.CANCELLED, reason, now)


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
    return _end(records, pins, run, RunStatus.COMPLETED, reason, now, summary=outcome.summary)


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
        return Settled(following=_counted(records, current), ahead=look_ahead(records, current))
    if not open_keys:
        return _end(records, pins, run, RunStatus.FAILED, say("waits_for_nothing", run.language), now)
    records.runs.set_status(run.id, RunStatus.INPUT_REQUIRED)
    return Settled()


def _end(
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
    handed_out = _counted(records, following) if following is not None else None
    return Settled(ended=replace(run, status=status), following=handed_out)


def next_run(records: Records, pins: PinnedTeams, conversation: ConversationId, now: datetime) -> Run | None:
    """Start the run that kept messages ask for, if there are any. They are used up, so no failure starts a chain."""
    words = take_words(records, conversation)
    current = records.conversations.get(conversation)
    if not words or current is None:
        return None
    own = sort(words, lambda event: event.team is None or pins.may_start(event, event.team), now)
    team = next((event.team for event in reversed(own.used) if event.team is not None), current.team)
    kept = sort(words, lambda event: all(pins.may_start(event, each) for each in {team, event.team or team}), now)
    pinned = pins.get(team)
    last = records.runs.get(current.run) if current.run is not None else None
    if pinned is None:
        _tell(records, last, [("team", pins.complaint(team, current.language))])
        return None
    _tell(records, last, left_out(kept, current.language))
    return _run_from(records, pins, current, kept.used, team, pinned, now) if kept.used else None


def _tell(records: Records, last: Run | None, notices: Iterable[tuple[str, str]]) -> None:
    if last is not None:
        for key, text in notices:
            records.outbox.add(run_notice_post(last, key, text))


def _run_from(
    records: Records,
    pins: PinnedTeams,
    current: Conversation,
    words: Sequence[Event],
    team: str,
    pinned: Json,
    now: datetime,
) -> Run | None:
    """Start a run in the name of who said the first of the words: what others add makes it nobody else's."""
    first = words[0]
    over = pins.admit(records, first, team, now)
    if over is not None:
        _refuse_kept(records, current, first, team, over, now)
        return None
    run = start_run(records, replace(current, team=team), words, pinned, now, by=first.person)
    said = say("run_from_kept", run.language, text=" / ".join(event.text.strip() for event in words))
    records.outbox.add(run_notice_post(run, "kept", said))
    return run


def _refuse_kept(
    records: Records,
    current: Conversation,
    event: Event,
    team: str,
    over: tuple[str, dict[str, object]],
    now: datetime,
) -> None:
    """Say which budget lets kept messages start no run."""
    text_id, facts = over
    last = records.runs.get(current.run) if current.run is not None else None
    if last is not None:
        records.outbox.add(run_notice_post(last, "budget", say(text_id, current.language, **facts)))
    refusal = Refusal(what="start", why=Why.BUDGET, text_id=text_id)
    log = Log(records=records, thread=event.thread, now=now)
    log.refused(refusal, event.person, run="", request="", team=team)


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
    return _end(records, pins, run, RunStatus.FAILED, reason, now, missing=missing)


def postpone(
    records: Records,
    pins: PinnedTeams,
    *,
    run: Run,
    epoch: int,
    progressed: bool,
    reason: str,
    attempts: int,
    now: datetime,
) -> Settled:
    """Have a run tried again that failed unexpectedly, or end it when that was the last attempt."""
    records.conversations.check_epoch(run.conversation, epoch)
    # What was recorded in this step has reset the count.
    failed = records.runs.count_attempt(run.id) if progressed else run.attempts
    if failed >= attempts:
        gave_up = say("gave_up", run.language, attempts=failed, error=reason)
        return _end(records, pins, run, RunStatus.FAILED, gave_up, now)
    due_at = now + timedelta(seconds=backoff(failed))
    records.inbox.schedule(run.conversation, kind="retry", ref=run.id, due_at=due_at)
    return Settled(due_at=due_at)


def wait_for_host(records: Records, *, run: Run, epoch: int, progressed: bool, due_at: datetime, words: str) -> Settled:
    """Have a run tried again that could not go on; it says so once for each place where it waits, if at all."""
    give_back(records, run=run, epoch=epoch, progressed=progressed)
    records.inbox.schedule(run.conversation, kind="retry", ref=run.id, due_at=due_at)
    if words:
        place = records.journal.position(run.id).effects
        records.outbox.add(run_notice_post(run, f"waits/{place}", words))
    return Settled(due_at=due_at)


def give_back(records: Records, *, run: Run, epoch: int, progressed: bool = False) -> None:
    """Do not count a step that was begun and ended in good order, through no fault of the run."""
    records.conversations.check_epoch(run.conversation, epoch)
    if not progressed:
        records.runs.reset_attempts(run.id, to=run.attempts - 1)


def post_later(records: Records, *, conversation: ConversationId, due_at: datetime) -> None:
    """Have the outbox looked at again when the platform has had its pause."""
    records.inbox.schedule(conversation, kind="post", ref=conversation, due_at=due_at)
