"""A post that its platform will never take: nobody is left waiting unseen for it.

Each marks the post in the same transaction, so that it is acted on once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import InputRequest, OutboxRow, PostKind, PostStatus, RequestStatus, Run, RunStatus
from bot.engine.reasons import reason_of
from bot.engine.transactions.ending import Settled
from bot.engine.transactions.following import next_run
from bot.engine.transactions.postponing import post_later
from bot.errors import PostRefusedError, ThreadGoneError
from bot.inbox.runs import end_run
from bot.outbox import card_key, unshown_post
from bot.ports import PinnedTeams, Records
from bot.texts import say


def lose_thread(records: Records, *, row: OutboxRow, epoch: int, error: ThreadGoneError, now: datetime) -> Settled:
    """Refuse a post whose thread is gone, and end the run that goes on there, if one does.

    Its step is fenced. What was kept starts no run: nobody could be shown what it does. The posts of the end are
    tried all the same, for a platform may have another place to tell the person who started the run.
    """
    records.conversations.check_epoch(row.conversation, epoch)
    records.outbox.mark(row.id, PostStatus.REFUSED, reason=str(error))
    known = records.conversations.get(row.conversation)
    run = records.runs.get(known.run) if known is not None and known.run is not None else None
    if run is None or run.status.final:
        return Settled()
    records.conversations.raise_epoch(row.conversation)
    records.inbox.take_kept(row.conversation)
    end_run(records, run, RunStatus.FAILED, reason=reason_of(error, run.language), now=now)
    post_later(records, conversation=row.conversation, due_at=now)
    return Settled(ended=replace(run, status=RunStatus.FAILED))


def refuse(
    records: Records, pins: PinnedTeams, *, row: OutboxRow, epoch: int, error: PostRefusedError, now: datetime
) -> Settled:
    """Refuse a post: a card that nobody will see ends its run, a turn is told of, anything else is left out.

    Where a run ends, the step is fenced, and the next one shows the end and goes on with what was kept meanwhile.
    """
    records.conversations.check_epoch(row.conversation, epoch)
    records.outbox.mark(row.id, PostStatus.REFUSED, reason=str(error))
    run = records.runs.get(row.post.run) if row.post.run is not None else None
    if run is None:
        return Settled()
    if row.post.kind is PostKind.TURN:
        # A notice is refused without another one, so this ends.
        records.outbox.add(unshown_post(run, row.post, str(error)))
    request = _asked(records, row)
    if request is None or run.status.final:
        return Settled()
    return _unasked(records, pins, run, request, error, now)


def _asked(records: Records, row: OutboxRow) -> InputRequest | None:
    """Return the open request whose card a post is; None: it is none, or is decided already, by words for instance."""
    request = row.post.request
    if request is None or row.post.key != card_key(request):
        return None
    current = records.requests.get(request.id)
    return current if current is not None and current.status is RequestStatus.OPEN else None


def _unasked(
    records: Records, pins: PinnedTeams, run: Run, request: InputRequest, error: PostRefusedError, now: datetime
) -> Settled:
    """End a run whose question nobody can be shown; there is no card that could say that it is closed."""
    records.conversations.raise_epoch(run.conversation)
    records.requests.close(request.id, RequestStatus.CANCELLED, None)
    records.approvals.void(request, now)
    reason = say("question_not_shown", run.language, agent=request.agent, error=error)
    end_run(records, run, RunStatus.FAILED, reason=reason, now=now)
    next_run(records, pins, run.conversation, now)
    post_later(records, conversation=run.conversation, due_at=now)
    return Settled(ended=replace(run, status=RunStatus.FAILED))
