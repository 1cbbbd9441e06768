"""What is deleted for good."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, EventKind, ThreadRef
from bot.store.codec import stamp
from bot.store.database import insert
from bot.store.records.patterns import containing
from bot.store.records.requests import forget_questions
from bot.store.records.runs import forget_starts
from bot.store.records.transaction import Transaction
from bot.store.schema import (
    EPOCHS,
    FINAL,
    UNHANDLED,
    WISHES,
    approvals,
    awaited,
    conversations,
    deliveries,
    effects,
    inbox,
    notes,
    outbox,
    requests,
    runs,
    steered,
    timers,
)

_CONVERSATION: sa.BindParameter[str] = bindparam("a_conversation", type_=sa.Text)
_their_runs = sa.select(runs.c.id).where(runs.c.conversation == _CONVERSATION)
_their_requests = sa.select(requests.c.id).where(requests.c.conversation == _CONVERSATION)
_DELETIONS = (
    sa.delete(awaited).where(awaited.c.request.in_(_their_requests)),
    sa.delete(approvals).where(approvals.c.run.in_(_their_runs)),
    sa.delete(effects).where(effects.c.run.in_(_their_runs)),
    sa.delete(requests).where(requests.c.conversation == _CONVERSATION),
    sa.delete(outbox).where(outbox.c.conversation == _CONVERSATION),
    sa.delete(timers).where(timers.c.conversation == _CONVERSATION),
    sa.delete(inbox).where(inbox.c.conversation == _CONVERSATION),
    sa.delete(runs).where(runs.c.conversation == _CONVERSATION),
    sa.delete(conversations).where(conversations.c.id == _CONVERSATION),
)
"""In the order that the references between rows ask for."""
_EPOCH = sa.select(conversations.c.epoch).where(conversations.c.id == _CONVERSATION)
_put_note = insert(notes)
_KEEP = _put_note.on_conflict_do_update(
    index_elements=[notes.c.adapter, notes.c.name], set_={"text": _put_note.excluded.text}
)
_FULFILLED = sa.delete(notes).where(notes.c.adapter == WISHES, notes.c.name == _CONVERSATION)
_STEERED = sa.delete(steered).where(steered.c.conversation == _CONVERSATION)
_STOPPED = insert(steered)
# What is not understood yet names its channel and its thread somewhere.
_HEARD = (
    sa.update(deliveries)
    .where(
        UNHANDLED,
        deliveries.c.adapter == bindparam("an_adapter"),
        deliveries.c.body.like(bindparam("a_channel"), escape="/"),
        deliveries.c.body.like(bindparam("a_thread"), escape="/"),
    )
    .values(body="", handled_at=bindparam("at"))
)
_HOLDS = {
    "runs": sa.select(sa.func.count()).select_from(runs).where(runs.c.conversation == _CONVERSATION),
    "open_runs": sa.select(sa.func.count())
    .select_from(runs)
    .where(runs.c.conversation == _CONVERSATION, sa.not_(FINAL)),
    "messages": sa.select(sa.func.count()).select_from(inbox).where(inbox.c.conversation == _CONVERSATION),
    "requests": sa.select(sa.func.count()).select_from(requests).where(requests.c.conversation == _CONVERSATION),
    "effects": sa.select(sa.func.count()).select_from(effects).where(effects.c.run.in_(_their_runs)),
    "posts": sa.select(sa.func.count()).select_from(outbox).where(outbox.c.conversation == _CONVERSATION),
}
_MOMENT: sa.BindParameter[str] = bindparam("moment", type_=sa.Text)
_lively = sa.or_(sa.not_(FINAL), sa.func.coalesce(runs.c.ended_at, runs.c.started_at) >= _MOMENT)
_LIVELY = sa.select(runs.c.id).where(runs.c.conversation == _CONVERSATION, _lively).limit(1)
_SPOKEN = sa.select(inbox.c.number).where(inbox.c.conversation == _CONVERSATION, inbox.c.received_at >= _MOMENT)
_OLD = (
    sa.select(conversations.c.id)
    .where(
        ~sa.exists(sa.select(runs.c.id).where(runs.c.conversation == conversations.c.id, _lively)),
        ~sa.exists(
            sa.select(inbox.c.number).where(inbox.c.conversation == conversations.c.id, inbox.c.received_at >= _MOMENT)
        ),
    )
    .limit(bindparam("most"))
)
# What was said where the bot has no part leaves a row all the same.
_STRAYED = (
    sa.select(inbox.c.conversation)
    .where(~sa.exists(sa.select(conversations.c.id).where(conversations.c.id == inbox.c.conversation)))
    .group_by(inbox.c.conversation)
    .having(sa.func.max(inbox.c.received_at) < _MOMENT)
    .limit(bindparam("most"))
)


class SqlRetention:
    """`bot.ports.Retention` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def forget(self, conversation: ConversationId) -> bool:
        """Delete everything of a conversation, what waits for anything included; False: there was nothing.

        What stays is how far its epoch had come, so that no step of before is taken for one of a conversation that is
        begun anew, and when it was deleted, so that what was said before and comes late begins nothing.
        """
        which = {"a_conversation": conversation}
        self._keep_floor(conversation)
        self._transaction.execute(_FULFILLED, which)
        deleted = sum(self._transaction.execute(each, which).rowcount for each in _DELETIONS)
        if deleted + self._unhear(conversation) == 0:
            return False
        self._transaction.execute(_STEERED, which)
        stopped = {"kind": EventKind.STOP.value, "said_at": stamp(self._transaction.now())}
        self._transaction.execute(_STOPPED, {"conversation": conversation, **stopped})
        forget_questions()
        forget_starts()
        self._transaction.scrubs = True
        return True

    def _keep_floor(self, conversation: ConversationId) -> None:
        epoch = self._transaction.execute(_EPOCH, {"a_conversation": conversation}).scalar_one_or_none()
        if epoch is not None:
            self._transaction.execute(_KEEP, {"adapter": EPOCHS, "name": conversation, "text": str(epoch + 1)})

    def _unhear(self, conversation: ConversationId) -> int:
        """Forget what was delivered of the thread and is not understood yet, as far as that can be told."""
        thread = ThreadRef.parse(conversation)
        named = {"a_channel": containing(f'"{thread.channel}"'), "a_thread": containing(f'"{thread.thread}"')}
        at = stamp(self._transaction.now())
        return self._transaction.execute(_HEARD, {"an_adapter": thread.adapter, "at": at, **named}).rowcount

    def before(self, moment: datetime, *, most: int) -> list[ConversationId]:
        """Return conversations in which nothing was said or done since then and no run is open."""
        values = {"moment": stamp(moment), "most": most}
        found = [*self._transaction.execute(_OLD, values).scalars()]
        if len(found) < most:
            found += self._transaction.execute(_STRAYED, values).scalars()
        return [ConversationId(each) for each in found[:most]]

    def idle(self, conversation: ConversationId, moment: datetime) -> bool:
        """Return whether nothing was said or done there since then and no run is open."""
        values = {"a_conversation": conversation, "moment": stamp(moment)}
        return not any(self._transaction.execute(each, values).all() for each in (_LIVELY, _SPOKEN))

    def holds(self, conversation: ConversationId) -> dict[str, int]:
        """Return how many `runs`, `open_runs`, `messages`, `requests`, `effects` and `posts` it has."""
        which = {"a_conversation": conversation}
        return {name: int(self._transaction.execute(each, which).scalar_one()) for name, each in _HOLDS.items()}
