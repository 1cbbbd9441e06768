"""What threads are to show."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, OutboxRow, Post, PostStatus, RunId, Sent
from bot.store.codec import dumps, optional_moment, pack, stamp, unpack
from bot.store.database import insert
from bot.store.records.transaction import Row, Transaction
from bot.store.schema import SENT, UNSENT, outbox

_NO_REASON = dumps("")
_ADD = insert(outbox).on_conflict_do_nothing()
_WAITING = sa.exists().where(UNSENT, outbox.c.conversation == bindparam("a_conversation"))
_ADD_SENDING = (
    insert(outbox)
    .values(status=sa.case((_WAITING, PostStatus.PENDING.value), else_=PostStatus.SENDING.value))
    .on_conflict_do_nothing()
    .returning(outbox.c.number, outbox.c.status)
)
_COLUMNS = sa.select(
    outbox.c.number, outbox.c.conversation, outbox.c.post, outbox.c.status, outbox.c.platform_id
).order_by(outbox.c.number)
_UNSENT = _COLUMNS.where(UNSENT, outbox.c.conversation == bindparam("a_conversation")).limit(bindparam("most"))
_OF = _COLUMNS.where(outbox.c.run == bindparam("a_run"))
_OF_STATUS = _OF.where(outbox.c.status == bindparam("a_status"))
_MARK = (
    sa.update(outbox)
    .where(outbox.c.number == bindparam("a_row"), sa.not_(SENT))
    .values(
        status=bindparam("new_status"),
        platform_id=sa.func.coalesce(bindparam("new_platform_id", type_=sa.Text), outbox.c.platform_id),
        reason=bindparam("new_reason"),
        sent_at=bindparam("new_sent_at", type_=sa.Text),
    )
)
_SENT_AS = sa.select(outbox.c.platform_id, outbox.c.sent_at).where(
    SENT, outbox.c.key == bindparam("a_key"), outbox.c.conversation == bindparam("a_conversation")
)
# A post that replaced another has that one's id, which was first shown then.
_NEWEST = (
    sa.select(outbox.c.platform_id, sa.null().label("sent_at"))
    .where(SENT, outbox.c.conversation == bindparam("a_conversation"), outbox.c.platform_id.is_not(None))
    .group_by(outbox.c.platform_id)
    .order_by(sa.func.min(outbox.c.number).desc())
    .limit(1)
)
_KEYS = sa.select(outbox.c.key).where(outbox.c.run == bindparam("a_run")).order_by(outbox.c.number)


class SqlOutbox:
    """`bot.ports.Outbox` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, post: Post, *, sending: bool = False) -> OutboxRow | None:
        """Record a post; a second one with its key changes nothing.

        With `sending`, it is recorded as the one that is being sent where nothing of its conversation is unsent before
        it, and returned as it was before that.
        """
        if not sending:
            self._transaction.execute(_ADD, {**_added(post), "status": PostStatus.PENDING.value})
            return None
        conversation = post.thread.conversation
        found = self._transaction.execute(_ADD_SENDING, {**_added(post), "a_conversation": conversation}).one_or_none()
        if found is None or found.status != PostStatus.SENDING:
            return None
        return OutboxRow(id=found.number, conversation=conversation, post=post, status=PostStatus.PENDING)

    def unsent(self, conversation: ConversationId, *, limit: int = 50) -> list[OutboxRow]:
        """Return the conversation's pending and sending posts in the order they were added."""
        found = self._transaction.execute(_UNSENT, {"a_conversation": conversation, "most": limit})
        return [_row(row) for row in found]

    def mark(self, row: int, status: PostStatus, *, platform_id: str | None = None, reason: str = "") -> None:
        """Move a row to this status; a sent row is never moved, or it could be shown twice.

        A platform's id that is known stays known when none is given.
        """
        sent_at = stamp(self._transaction.now()) if status is PostStatus.SENT else None
        moved = {"a_row": row, "new_status": status.value, "new_platform_id": platform_id, "new_reason": dumps(reason)}
        self._transaction.execute(_MARK, {**moved, "new_sent_at": sent_at})

    def sent_as(self, conversation: ConversationId, key: str | None = None) -> Sent | None:
        """Return where and when a post was shown; without a key, where the newest that replaced no other was."""
        if key is None:
            found = self._transaction.execute(_NEWEST, {"a_conversation": conversation})
        else:
            found = self._transaction.execute(_SENT_AS, {"a_conversation": conversation, "a_key": key})
        row = found.one_or_none()
        if row is None or row.platform_id is None:
            return None
        return Sent(platform_id=row.platform_id, at=optional_moment(row.sent_at))

    def keys(self, run: RunId) -> list[str]:
        """Return the keys of a run's posts in order, without reading the posts."""
        return [*self._transaction.execute(_KEYS, {"a_run": run}).scalars()]

    def of(self, run: RunId, *, status: PostStatus | None = None) -> list[OutboxRow]:
        """Return the posts of a run in order, its transcript, or only those in this status."""
        if status is None:
            return [_row(row) for row in self._transaction.execute(_OF, {"a_run": run})]
        found = self._transaction.execute(_OF_STATUS, {"a_run": run, "a_status": status.value})
        return [_row(row) for row in found]


def _added(post: Post) -> dict[str, str | None]:
    return {
        "key": post.key,
        "conversation": post.thread.conversation,
        "run": post.run,
        "post": pack(post),
        "reason": _NO_REASON,
    }


def _row(row: Row) -> OutboxRow:
    return OutboxRow(
        id=row.number,
        conversation=ConversationId(row.conversation),
        post=unpack(Post, row.post),
        status=PostStatus(row.status),
        platform_id=row.platform_id,
    )
