"""Who did what: only ever added to."""

from __future__ import annotations

from bot.domain import AuditEntry
from bot.store.codec import dumps, stamp
from bot.store.database import insert
from bot.store.records.transaction import Transaction
from bot.store.schema import audit

_ADD = insert(audit)


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
