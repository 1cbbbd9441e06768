"""What is left for a later step: a run that failed, that waits for its host or was given back, and posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import ConversationId, Run, RunStatus
from bot.engine.transactions.ending import Settled, end
from bot.outbox import backoff, run_notice_post
from bot.ports import PinnedTeams, Records
from bot.texts import say


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
        return end(records, pins, run, RunStatus.FAILED, gave_up, now)
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
