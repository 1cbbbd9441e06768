"""The concepts of one transaction, one module each; every statement is built once, so the database compiles it once."""

from __future__ import annotations

from collections.abc import Callable

from bot.store.records.approvals import SqlApprovals
from bot.store.records.audit import SqlAudit
from bot.store.records.conversations import SqlConversations
from bot.store.records.deliveries import SqlDeliveries
from bot.store.records.forgetting import SqlForgetting
from bot.store.records.inbox import SqlInboxRecords
from bot.store.records.journal import SqlJournal
from bot.store.records.outbox import SqlOutbox
from bot.store.records.places import SqlNotes, SqlPlaces
from bot.store.records.requests import SqlRequests
from bot.store.records.retention import SqlRetention
from bot.store.records.runs import SqlRuns
from bot.store.records.steering import SqlSteering
from bot.store.records.transaction import Transaction as Transaction
from bot.store.records.usage import SqlUsage
from bot.store.records.workspaces import SqlWorkspaces


class SqlRecords:
    """`bot.ports.Records` over one transaction; each concept is made when it is first asked for."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def when_durable(self, call: Callable[[], None]) -> None:
        """Have this called on the store's thread once the transaction is durable, before anybody is told so."""
        self._transaction.durable.append(call)

    @property
    def inbox(self) -> SqlInboxRecords:
        """The InboxRecords of this transaction."""
        return SqlInboxRecords(self._transaction)

    @property
    def conversations(self) -> SqlConversations:
        """The Conversations of this transaction."""
        return SqlConversations(self._transaction)

    @property
    def runs(self) -> SqlRuns:
        """The Runs of this transaction."""
        return SqlRuns(self._transaction)

    @property
    def requests(self) -> SqlRequests:
        """The Requests of this transaction."""
        return SqlRequests(self._transaction)

    @property
    def journal(self) -> SqlJournal:
        """The Journal of this transaction."""
        return SqlJournal(self._transaction)

    @property
    def outbox(self) -> SqlOutbox:
        """The Outbox of this transaction."""
        return SqlOutbox(self._transaction)

    @property
    def deliveries(self) -> SqlDeliveries:
        """The Deliveries of this transaction."""
        return SqlDeliveries(self._transaction)

    @property
    def places(self) -> SqlPlaces:
        """The Places of this transaction."""
        return SqlPlaces(self._transaction)

    @property
    def notes(self) -> SqlNotes:
        """The Notes of this transaction."""
        return SqlNotes(self._transaction)

    @property
    def steering(self) -> SqlSteering:
        """The Steering of this transaction."""
        return SqlSteering(self._transaction)

    @property
    def workspaces(self) -> SqlWorkspaces:
        """The Workspaces of this transaction."""
        return SqlWorkspaces(self._transaction)

    @property
    def approvals(self) -> SqlApprovals:
        """The Approvals of this transaction."""
        return SqlApprovals(self._transaction)

    @property
    def audit(self) -> SqlAudit:
        """The Audit of this transaction."""
        return SqlAudit(self._transaction)

    @property
    def retention(self) -> SqlRetention:
        """The Retention of this transaction."""
        return SqlRetention(self._transaction)

    @property
    def forgetting(self) -> SqlForgetting:
        """The Forgetting of this transaction."""
        return SqlForgetting(self._transaction)

    @property
    def usage(self) -> SqlUsage:
        """The Usage of this transaction."""
        return SqlUsage(self._transaction)
