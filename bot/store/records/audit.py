"""Who did what: only ever added to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import AuditAction, AuditEntry, AuditFilter
from bot.store.codec import dumps, loads, moment_of, stamp
from bot.store.database import insert
from bot.store.records.patterns import in_any_workspace, literally
from bot.store.records.transaction import Row, Transaction
from bot.store.schema import REFUSED, audit

_ADD = insert(audit)
_columns = audit.c
_LAST_LETTER = "\U0010ffff"


def _begins(column: sa.ColumnElement[str], begin: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= bindparam(begin), column < bindparam(f"{begin}_end"))


_action: sa.BindParameter[str] = bindparam("an_action", type_=sa.Text)
_WANTED = sa.select(audit).where(
    sa.or_(_action == "", _columns.action == _action),
    sa.or_(_columns.person == bindparam("a_person"), _columns.person.like(bindparam("an_id"), escape="/")),
    _begins(_columns.conversation, "a_conversation"),
    _begins(_columns.run, "a_run"),
    _columns.at >= bindparam("since"),
    _columns.at < bindparam("until"),
    _columns.number > bindparam("after"),
)
_NEWEST = _WANTED.order_by(_columns.number.desc()).limit(bindparam("most"))
_NEXT = _WANTED.order_by(_columns.number).limit(bindparam("most"))
_REFUSED_SINCE = (
    sa.select(_columns.number)
    .where(
        REFUSED,
        _columns.conversation == bindparam("a_conversation"),
        _columns.person == bindparam("a_person"),
        _columns.detail == bindparam("a_detail"),
        _columns.at > bindparam("since"),
    )
    .limit(1)
)


class SqlAudit:
    """`bot.ports.Audit` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, entry: AuditEntry) -> None:
        """Add a fact."""
        row = {
            "at": stamp(entry.at),
            "action": entry.action.value,
            "person": entry.person,
            "place": entry.place,
            "conversation": entry.conversation,
            "run": entry.run,
            "request": entry.request,
            "team": entry.team,
            "sha256": entry.sha256,
            "detail": dumps(entry.detail),
        }
        self._transaction.execute(_ADD, row)

    def refused_since(self, entry: AuditEntry, moment: datetime) -> bool:
        """Say whether the same was refused to the same person in the same conversation since then, for that reason."""
        values = {
            "a_conversation": entry.conversation,
            "a_person": entry.person,
            "a_detail": dumps(entry.detail),
            "since": stamp(moment),
        }
        return self._transaction.execute(_REFUSED_SINCE, values).one_or_none() is not None

    def of(self, wanted: AuditFilter) -> list[AuditEntry]:
        """Return the facts that are wanted, oldest first: the newest so many, or with `after` the next so many."""
        values = {
            "an_action": wanted.action.value if wanted.action is not None else "",
            "a_person": wanted.person,
            "an_id": _ending(wanted.person),
            "a_conversation": wanted.conversation,
            "a_conversation_end": wanted.conversation + _LAST_LETTER,
            "a_run": wanted.run,
            "a_run_end": wanted.run + _LAST_LETTER,
            "since": stamp(wanted.since) if wanted.since is not None else "",
            "until": stamp(wanted.until) if wanted.until is not None else _LAST_LETTER,
            "after": wanted.after or 0,
            "most": wanted.limit,
        }
        newest = wanted.after is None
        found = self._transaction.execute(_NEWEST if newest else _NEXT, values)
        entries = [_entry(row) for row in found]
        return entries[::-1] if newest else entries


def _ending(person: str) -> str:
    """Return the pattern of a person that is given by the id alone, or in any workspace; without one, any."""
    return (in_any_workspace(person) or f"%:{literally(person)}") if person else "%"


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(
        at=moment_of(row.at),
        action=AuditAction(row.action),
        person=row.person,
        place=row.place,
        conversation=row.conversation,
        run=row.run,
        request=row.request,
        team=row.team,
        sha256=row.sha256,
        detail=loads(row.detail),
        number=row.number,
    )
