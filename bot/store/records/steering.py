"""When people last stopped or muted conversations."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, Event, EventKind
from bot.store.codec import moment_of, stamp
from bot.store.database import insert
from bot.store.records.transaction import Transaction
from bot.store.schema import steered

_put = insert(steered)
_NOTE = _put.on_conflict_do_update(
    index_elements=[steered.c.conversation, steered.c.kind],
    set_={"said_at": _put.excluded.said_at},
    where=_put.excluded.said_at > steered.c.said_at,
)
_NEWEST = sa.select(steered.c.said_at).where(
    steered.c.conversation == bindparam("a_conversation"), steered.c.kind == bindparam("a_kind")
)


class SqlSteering:
    """`bot.ports.Steering` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def note(self, event: Event) -> None:
        """Note a stop or a mute; an older one than the newest changes nothing."""
        row = {"conversation": event.thread.conversation, "kind": event.kind.value, "said_at": stamp(event.at)}
        self._transaction.execute(_NOTE, row)

    def newest(self, conversation: ConversationId, kind: EventKind) -> datetime | None:
        """Return when the newest stop, or mute, of a conversation was said."""
        which = {"a_conversation": conversation, "a_kind": kind.value}
        found = self._transaction.execute(_NEWEST, which).scalar_one_or_none()
        return None if found is None else moment_of(found)
