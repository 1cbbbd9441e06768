"""How runs begin and end and how requests are closed, with the posts that belong to it. Part of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import structlog

from bot.domain import (
    Answer,
    Conversation,
    ConversationId,
    Decision,
    Event,
    InputRequest,
    Json,
    Person,
    RequestKind,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    ThreadRef,
    Verdict,
)
from bot.inbox.approving import new_in, so_far
from bot.inbox.audited import Log
from bot.inbox.transcript import earlier, history, opening
from bot.inbox.words import spoken
from bot.outbox import closed_post, end_post
from bot.ports import Records

log = structlog.get_logger()

HISTORY_CHARS = 48_000
"""How much of the record a new run starts with, where its team says nothing else."""


def start_run(
    records: Records, conversation: Conversation, events: Sequence[Event], pinned: Json, now: datetime, *, by: Person
) -> Run:
    """Start a run from these messages in the name of one of their authors, with the conversation's record as history.

    The first run's history is what people said in the thread before they called the bot into it.
    """
    previous = records.runs.get(conversation.run) if conversation.run is not None else None
    limit = int(pinned.get("history_chars", HISTORY_CHARS))
    record = earlier(events, limit) if previous is None else history(previous, records.outbox.of(previous.id), limit)
    run = Run(
        id=RunId(uuid4().hex),
        conversation=conversation.id,
        team=conversation.team,
        pinned=pinned,
        opening=replace(opening(events, record), others=_besides(by, events)),
        started_by=by,
        language=conversation.language,
        started_at=now,
    )
    records.runs.add(run)
    records.conversations.put(replace(conversation, run=run.id))
    Log(records=records, thread=ThreadRef.parse(conversation.id), now=now).started(run)
    return run


def _besides(starter: Person, events: Sequence[Event]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(event.person.id for event in events if event.person.id != starter.id))


def take_words(records: Records, conversation: ConversationId) -> list[Event]:
    """Return the kept messages for the start of a run and mark them used; an `exit` was for the run before."""
    return [event for event in records.inbox.take_kept(conversation) if spoken(event.text) != "exit"]


def close_request(
    records: Records, run: Run, request: InputRequest, status: RequestStatus, answer: Answer | None, now: datetime
) -> InputRequest | None:
    """Close an open request and its card, with what it decides about what may run; None when somebody was faster."""
    if not records.requests.close(request.id, status, answer):
        return None
    audit = Log(records=records, thread=ThreadRef.parse(request.conversation), now=now)
    if status is RequestStatus.EXPIRED:
        audit.expired(request, run)
    if request.kind is RequestKind.APPROVAL:
        _close_approval(audit, run, request, answer)
    elif status is RequestStatus.ANSWERED:
        audit.answered(request, run, answer.by if answer is not None else None)
    closed = replace(request, status=status, answer=answer)
    records.outbox.add(closed_post(closed, run.language))
    return closed


def _close_approval(audit: Log, run: Run, request: InputRequest, answer: Answer | None) -> None:
    """Decide what a person has decided; otherwise, also by feedback or `exit`, nothing of it may run."""
    by = answer.by if answer is not None else None
    if answer is not None and by is not None:
        rejected = (Decision(verdict=Verdict.REJECT),) * len(request.items)
        decide_items(audit, run, request, new_in(so_far(request), answer.decisions or rejected), by)
    if by is None or answer is None or not answer.decisions:
        audit.records.approvals.void(request, audit.now)


def decide_items(audit: Log, run: Run, request: InputRequest, decisions: Sequence[Decision | None], by: Person) -> None:
    """Record what a person has decided of an approval's items; None: nothing of that item."""
    audit.records.approvals.decide(request, decisions, by, audit.now)
    audit.decided(request, run, decisions, by)


def end_run(
    records: Records,
    run: Run,
    status: RunStatus,
    *,
    reason: str,
    summary: str = "",
    missing: str = "",
    now: datetime,
) -> None:
    """End a run that is not final: its open requests are cancelled and the end is shown."""
    for request in records.requests.of(run.conversation, status=RequestStatus.OPEN):
        if request.run == run.id:
            close_request(records, run, request, RequestStatus.CANCELLED, None, now)
    records.runs.set_status(run.id, status, stop_reason=reason, summary=summary, at=now)
    records.outbox.add(end_post(run, status, reason, missing))


def log_end(run: Run, status: RunStatus, now: datetime, counts: Json | None = None) -> None:
    """Log the one line that tells a run's story, once its end is recorded."""
    seconds = round((now - run.started_at).total_seconds(), 3)
    facts = {"conversation": run.conversation, "run": run.id, "team": run.team, "seconds": seconds}
    log.info(f"run.{status.value}", **{**(counts or {}), **facts})
