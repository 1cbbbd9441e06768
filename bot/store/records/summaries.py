"""What a person's list of conversations shows: a bounded number of rows, each found by an index."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, ConversationSummary, InputRequest, RunStatus
from bot.store.codec import loads, moment_of, unpack
from bot.store.records.transaction import Row, Transaction
from bot.store.schema import OPEN, WAITING, awaited, conversations, requests, runs

_LOOKED_AT = 10
"""How many of a person's newest runs are looked at for each conversation that is listed: follow-ups are one each."""

_MINE = runs.c.starter == bindparam("a_person")
_NAMED = (
    sa.select(requests.c.conversation)
    .select_from(awaited.join(requests, requests.c.id == awaited.c.request))
    .where(OPEN, awaited.c.person == bindparam("a_person"))
    .order_by(requests.c.number.desc())
    .limit(bindparam("most"))
)
_WAITING = sa.select(runs.c.conversation).where(WAITING, _MINE).order_by(runs.c.number.desc()).limit(bindparam("most"))
_newest = (
    sa.select(runs.c.conversation, runs.c.id, runs.c.number)
    .where(_MINE)
    .order_by(runs.c.number.desc())
    .limit(bindparam("looked_at"))
    .subquery("newest")
)
_NEWEST = (
    sa.select(_newest.c.conversation)
    .join(conversations, conversations.c.run == _newest.c.id)
    .where(conversations.c.id == _newest.c.conversation)
    .order_by(_newest.c.number.desc())
    .limit(bindparam("most"))
)
_OF = (
    sa.select(
        conversations.c.id, runs.c.team, runs.c.status, runs.c.title, runs.c.started_at, runs.c.number, runs.c.starter
    )
    .join(runs, runs.c.id == conversations.c.run)
    .where(conversations.c.id == bindparam("an_id"))
)
_OPEN_OF = sa.select(requests.c.request).where(OPEN, requests.c.conversation == bindparam("an_id"))


def theirs(transaction: Transaction, person: str, person_id: str, limit: int) -> list[ConversationSummary]:
    """Return the conversations that concern a person: those that wait for them first, then the newest.

    Args:
        transaction: In which to look.
        person: As rows name them.
        person_id: As the platform names them.
        limit: How many at most.
    """
    found = []
    for conversation in dict.fromkeys(_found(transaction, person, limit)):
        row = transaction.execute(_OF, {"an_id": conversation}).one_or_none()
        if row is not None:
            waits = _waits(transaction, conversation, person_id)
            found.append((row.number, _summary(row, waits, own=row.starter == person)))
    found.sort(key=lambda one: (one[1].waiting, one[0]), reverse=True)
    return [summary for _, summary in found[:limit]]


def _found(transaction: Transaction, person: str, limit: int) -> Iterator[str]:
    within = {"a_person": person, "most": limit}
    yield from transaction.execute(_NAMED, within).scalars()
    yield from transaction.execute(_WAITING, within).scalars()
    yield from transaction.execute(_NEWEST, {**within, "looked_at": limit * _LOOKED_AT}).scalars()


def _waits(transaction: Transaction, conversation: str, person: str) -> bool:
    waiting = transaction.execute(_OPEN_OF, {"an_id": conversation}).scalars()
    return any(unpack(InputRequest, text).is_for(person) for text in waiting)


def _summary(row: Row, waiting: bool, *, own: bool) -> ConversationSummary:
    return ConversationSummary(
        conversation=ConversationId(row.id),
        team=row.team,
        status=RunStatus(row.status),
        waiting=waiting,
        title=loads(row.title),
        started_at=moment_of(row.started_at),
        own=own,
    )
