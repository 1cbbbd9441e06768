"""What people said, and what is due."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, Event
from bot.store.codec import moment_of, pack, stamp, unpack
from bot.store.database import insert
from bot.store.records.transaction import Transaction
from bot.store.schema import KEPT, RUNNING, inbox, timers

_ADD = insert(inbox).on_conflict_do_nothing()
_KEEP = (
    sa.update(inbox)
    .where(inbox.c.adapter == bindparam("an_adapter"), inbox.c.delivery == bindparam("a_delivery"))
    .values(event=bindparam("the_event"), kept_at=sa.func.coalesce(inbox.c.kept_at, bindparam("at")), used_at=None)
)
_TAKE_KEPT = (
    sa.update(inbox)
    .where(KEPT, inbox.c.conversation == bindparam("a_conversation"))
    .values(used_at=bindparam("at"))
    .returning(inbox.c.number, inbox.c.event)
)
_put = insert(timers)
_SCHEDULE = _put.on_conflict_do_update(
    index_elements=[timers.c.kind, timers.c.ref],
    set_={"conversation": _put.excluded.conversation, "due_at": _put.excluded.due_at, "used_at": None},
)
_TAKE_DUE = (
    sa.update(timers)
    .where(RUNNING, timers.c.conversation == bindparam("a_conversation"), timers.c.due_at <= bindparam("until"))
    .values(used_at=bindparam("at"))
    .returning(timers.c.due_at, timers.c.kind, timers.c.ref)
)
# Not DISTINCT: SQLite would walk every running timer in the order of conversations instead of the due ones.
_DUE = sa.select(timers.c.conversation).where(RUNNING, timers.c.due_at <= bindparam("until")).order_by(timers.c.due_at)


class SqlInboxRecords:
    """`bot.ports.InboxRecords` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, event: Event) -> bool:
        """Record an event; False when its delivery id, or its message in this thread, is already known.

        Delivery ids are told apart by adapter: two platforms may use the same one.
        """
        row = {
            "adapter": event.thread.adapter,
            "delivery": event.delivery,
            "conversation": event.thread.conversation,
            "message": event.message,
            "event": pack(event),
            "received_at": stamp(self._transaction.now()),
        }
        return self._transaction.execute(_ADD, row).rowcount > 0

    def keep(self, event: Event) -> None:
        """Mark a recorded message as kept, with what it says now.

        One that was taken but not used is kept again, in its old place.
        """
        which = {"an_adapter": event.thread.adapter, "a_delivery": event.delivery, "the_event": pack(event)}
        self._transaction.execute(_KEEP, {**which, "at": stamp(self._transaction.now())})

    def take_kept(self, conversation: ConversationId) -> list[Event]:
        """Return the kept messages, oldest first, and mark them used."""
        at = stamp(self._transaction.now())
        found = self._transaction.execute(_TAKE_KEPT, {"a_conversation": conversation, "at": at}).all()
        # RETURNING promises no order.
        return [unpack(Event, text) for _, text in sorted(found, key=lambda row: row.number)]

    def schedule(self, conversation: ConversationId, *, kind: str, ref: str, due_at: datetime) -> None:
        """Add a timer; one row per (kind, ref), a later call moves it and has it run again."""
        row = {"conversation": conversation, "kind": kind, "ref": ref, "due_at": stamp(due_at)}
        self._transaction.execute(_SCHEDULE, row)

    def take_due(self, conversation: ConversationId, now: datetime) -> list[tuple[str, str]]:
        """Return the due timers' (kind, ref), earliest first, and mark them used."""
        until = stamp(now)
        found = self._transaction.execute(
            _TAKE_DUE, {"a_conversation": conversation, "until": until, "at": stamp(self._transaction.now())}
        ).all()
        return [(kind, ref) for _, kind, ref in sorted((moment_of(due), kind, ref) for due, kind, ref in found)]

    def due(self, now: datetime) -> list[ConversationId]:
        """Return the conversations with a due timer, the one that waits longest first."""
        found = self._transaction.execute(_DUE, {"until": stamp(now)})
        return [ConversationId(conversation) for conversation in dict.fromkeys(found.scalars())]
