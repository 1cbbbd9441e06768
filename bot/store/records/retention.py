"""What is deleted for good, and what is to be."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, EventKind, ForgetReason, ForgetWish, ThreadRef
from bot.store.codec import dumps, loads, stamp
from bot.store.database import insert
from bot.store.records.runs import forget_remembered
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

_LAST_LETTER = "\U0010ffff"
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
_WISH = _put_note.on_conflict_do_nothing()
_WISHES = (
    sa.select(notes.c.name, notes.c.text)
    .where(notes.c.adapter == WISHES)
    .order_by(notes.c.name)
    .limit(bindparam("most"))
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
_within = sa.and_(runs.c.conversation >= bindparam("begin"), runs.c.conversation < bindparam("end"))
_STARTED = (
    sa.select(runs.c.conversation)
    .where(runs.c.starter == bindparam("a_person"))
    .order_by(runs.c.number)
    .limit(bindparam("most"))
)
_earlier = runs.alias("earlier")
_is_first = ~sa.exists(
    sa.select(_earlier.c.number).where(
        _earlier.c.conversation == runs.c.conversation, _earlier.c.number < runs.c.number
    )
)
_BEGUN_BY = _STARTED.where(_within, _is_first, runs.c.started_at < bindparam("before"))
_SAID = (
    sa.select(inbox.c.conversation)
    .where(
        inbox.c.conversation >= bindparam("begin"),
        inbox.c.conversation < bindparam("end"),
        inbox.c.event.like(bindparam("a_pattern"), escape="/"),
    )
    .group_by(inbox.c.conversation)
    .limit(bindparam("most"))
)
_BEGUN = (
    sa.select(conversations.c.id)
    .where(conversations.c.id >= bindparam("begin"), conversations.c.id < bindparam("end"))
    .order_by(conversations.c.id)
    .limit(bindparam("most"))
)
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
        forget_remembered()
        self._transaction.scrubs = True
        return True

    def _keep_floor(self, conversation: ConversationId) -> None:
        epoch = self._transaction.execute(_EPOCH, {"a_conversation": conversation}).scalar_one_or_none()
        if epoch is not None:
            self._transaction.execute(_KEEP, {"adapter": EPOCHS, "name": conversation, "text": str(epoch + 1)})

    def _unhear(self, conversation: ConversationId) -> int:
        """Forget what was delivered of the thread and is not understood yet, as far as that can be told."""
        thread = ThreadRef.parse(conversation)
        named = {"a_channel": _containing(f'"{thread.channel}"'), "a_thread": _containing(f'"{thread.thread}"')}
        at = stamp(self._transaction.now())
        return self._transaction.execute(_HEARD, {"an_adapter": thread.adapter, "at": at, **named}).rowcount

    def of_person(self, person: str, *, most: int) -> list[ConversationId]:
        """Return conversations that this person (`adapter:workspace:id`) started a run in, or said something in.

        It reads what was said in the whole workspace: for an operator's wish, not for every message.
        """
        place, _, identity = person.rpartition(":")
        started = self._transaction.execute(_STARTED, {"a_person": person, "most": most}).scalars()
        # Within a text of JSON every quotation mark is escaped, so only the person's own field can read so.
        pattern = _containing(f'"person":{{"id":{dumps(identity)}')
        within = {"begin": f"{place}:", "end": f"{place}:{_LAST_LETTER}"}
        said = self._transaction.execute(_SAID, {**within, "a_pattern": pattern, "most": most}).scalars()
        return [ConversationId(each) for each in dict.fromkeys([*started, *said])][:most]

    def started_by(self, person: str, *, within: str, before: datetime, most: int) -> list[ConversationId]:
        """Return conversations that this person (`adapter:workspace:id`) began before then, the oldest first."""
        where = {"begin": within, "end": within + _LAST_LETTER, "before": stamp(before)}
        found = self._transaction.execute(_BEGUN_BY, {"a_person": person, "most": most, **where})
        return [ConversationId(each) for each in found.scalars()]

    def begun(self, prefix: str, *, most: int) -> list[ConversationId]:
        """Return the conversation of this id, or those whose ids begin so."""
        exact = self._transaction.execute(_BEGUN, {"begin": prefix, "end": f"{prefix}\0", "most": 1})
        found = exact.all() or self._transaction.execute(
            _BEGUN, {"begin": prefix, "end": prefix + _LAST_LETTER, "most": most}
        )
        return [ConversationId(row.id) for row in found]

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

    def wish(self, wish: ForgetWish) -> None:
        """Have a conversation deleted by the engine that works on this store; the first wish counts."""
        text = dumps({"reason": wish.reason.value, "person": wish.person})
        self._transaction.execute(_WISH, {"adapter": WISHES, "name": wish.conversation, "text": text})

    def wishes(self, *, most: int) -> list[ForgetWish]:
        """Return what is to be deleted and is not yet; deleting a conversation fulfils it."""
        return [_wish(row.name, loads(row.text)) for row in self._transaction.execute(_WISHES, {"most": most})]


def _wish(conversation: str, kept: dict[str, str]) -> ForgetWish:
    reason = ForgetReason(kept["reason"])
    return ForgetWish(conversation=ConversationId(conversation), reason=reason, person=kept["person"])


def _containing(text: str) -> str:
    """Return the pattern of what contains a text."""
    for letter in "/%_":
        text = text.replace(letter, f"/{letter}")
    return f"%{text}%"
