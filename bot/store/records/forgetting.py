"""What is to be deleted: how it is found, and the wishes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, ForgetReason, ForgetWish
from bot.store.codec import dumps, loads, optional_moment, optional_stamp, stamp
from bot.store.database import insert
from bot.store.records.patterns import ANY, containing, in_any_workspace
from bot.store.records.transaction import Transaction
from bot.store.schema import WISHES, conversations, inbox, notes, runs

_LAST_LETTER = "\U0010ffff"
_put_wish = insert(notes)
_WISH = _put_wish.on_conflict_do_update(
    index_elements=[notes.c.adapter, notes.c.name], set_={"text": _put_wish.excluded.text}
)
_WISHED = sa.select(notes.c.text).where(notes.c.adapter == WISHES, notes.c.name == bindparam("a_conversation"))
_WITHDRAW = sa.delete(notes).where(notes.c.adapter == WISHES, notes.c.name == bindparam("a_conversation"))
_WISHES = (
    sa.select(notes.c.name, notes.c.text)
    .where(notes.c.adapter == WISHES)
    .order_by(notes.c.name)
    .limit(bindparam("most"))
)
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
# In every workspace: no index answers it.
_STARTED_ANYWHERE = (
    sa.select(runs.c.conversation)
    .where(runs.c.starter.like(bindparam("a_pattern"), escape="/"))
    .order_by(runs.c.number)
    .limit(bindparam("most"))
)
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


class SqlForgetting:
    """`bot.ports.Forgetting` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of_person(self, person: str, *, most: int) -> list[ConversationId]:
        """Return conversations that this person (`adapter:workspace:id`) started a run in, or said something in.

        `adapter:*:id`: in every workspace. It reads what was said in the whole workspace: for an operator's wish, not
        for every message.
        """
        place, _, identity = person.rpartition(":")
        anywhere = in_any_workspace(person)
        if anywhere is not None:
            place = place.removesuffix(f":{ANY}")
            started = self._transaction.execute(_STARTED_ANYWHERE, {"a_pattern": anywhere, "most": most}).scalars()
        else:
            started = self._transaction.execute(_STARTED, {"a_person": person, "most": most}).scalars()
        # Within a text of JSON every quotation mark is escaped, so only the person's own field can read so.
        pattern = containing(f'"person":{{"id":{dumps(identity)}')
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

    def wish(self, wish: ForgetWish) -> None:
        """Have a conversation deleted by the engine that works on this store; the first wish counts.

        A wish without a condition counts before one that has one.
        """
        known = self._transaction.execute(_WISHED, {"a_conversation": wish.conversation}).scalar_one_or_none()
        if known is not None:
            first = _wish(wish.conversation, loads(known))
            if first.untouched_since is None or wish.untouched_since is not None:
                return
        untouched_since = optional_stamp(wish.untouched_since)
        text = dumps({"reason": wish.reason.value, "person": wish.person, "untouched_since": untouched_since})
        self._transaction.execute(_WISH, {"adapter": WISHES, "name": wish.conversation, "text": text})

    def withdraw(self, conversation: ConversationId) -> None:
        """Let a conversation stay that was to be deleted."""
        self._transaction.execute(_WITHDRAW, {"a_conversation": conversation})

    def wishes(self, *, most: int) -> list[ForgetWish]:
        """Return what is to be deleted and is not yet; deleting a conversation fulfils it."""
        return [_wish(row.name, loads(row.text)) for row in self._transaction.execute(_WISHES, {"most": most})]


def _wish(conversation: str, kept: dict[str, str | None]) -> ForgetWish:
    return ForgetWish(
        conversation=ConversationId(conversation),
        reason=ForgetReason(kept["reason"] or ""),
        person=kept["person"] or "",
        untouched_since=optional_moment(kept.get("untouched_since")),
    )
