"""What is known of a thread when a terminal continues it. Pure, over the store's records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import OutboxRow, Post, PostKind, PostStatus, RequestId, RequestStatus, Run, RunStatus, ThreadRef
from bot.ports import Records

TAIL = 12
"""Posts that are shown again, beside the open questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A thread's latest run as it was shown."""

    thread: ThreadRef
    posts: tuple[Post, ...]
    """The tail of what was shown, the open questions last."""
    team: str
    """The team of the latest run, or of the next one where there was none."""
    working: bool
    """Whether a question or an end is still to come."""


def remembered(records: Records, thread: ThreadRef) -> Remembered | None:
    """Return what a terminal shows when it continues a thread, or None when there is no such conversation."""
    conversation = records.conversations.get(thread.conversation)
    if conversation is None:
        return None
    run = records.runs.get(conversation.run) if conversation.run else None
    if run is None:
        return Remembered(thread=thread, posts=(), team=conversation.team, working=False)
    rows = records.outbox.of(run.id)
    still_open = {request.id for request in records.requests.of(conversation.id, status=RequestStatus.OPEN)}
    coming = any(row.status in (PostStatus.PENDING, PostStatus.SENDING) and _rests(row.post) for row in rows)
    return Remembered(
        thread=thread,
        posts=_shown(run, rows, still_open, thread),
        team=run.team,
        working=run.status is RunStatus.WORKING or coming,
    )


def _rests(post: Post) -> bool:
    return post.kind in (PostKind.REQUEST, PostKind.ENDED)


def _shown(run: Run, rows: Sequence[OutboxRow], still_open: set[RequestId], thread: ThreadRef) -> tuple[Post, ...]:
    sent = [row.post for row in rows if row.status is PostStatus.SENT]
    questions = [post for post in sent if _asks(post) and post.request is not None and post.request.id in still_open]
    said = Post(
        key=f"{run.id}/opening",
        kind=PostKind.NOTICE,
        thread=thread,
        language=run.language,
        text=f"{run.started_by.name}: {run.opening.text}",
    )
    told = [_answer_told(post) for post in [said, *sent] if not _asks(post)]
    return (*told[-TAIL:], *questions)


def _asks(post: Post) -> bool:
    return post.kind is PostKind.REQUEST


def _answer_told(post: Post) -> Post:
    """Show what a person answered as their words."""
    answer = post.request.answer if post.request else None
    if answer is None or answer.by is None or not answer.text:
        return post
    return replace(post, kind=PostKind.NOTICE, text=f"{answer.by.name}: {answer.text}")
