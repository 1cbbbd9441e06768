"""What is recorded, and set, that an event's meaning depends on. Part of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import (
    Conversation,
    Event,
    EventKind,
    InputRequest,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
)
from bot.inbox.access import Access
from bot.inbox.languages import Languages
from bot.inbox.meaning import decide
from bot.inbox.meant import Meaning
from bot.inbox.starting import Budgets, Unlimited
from bot.outbox import card_key
from bot.permissions import Permissions
from bot.ports import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say about everybody's events."""

    languages: Languages
    default_team: str
    permissions: Permissions = field(default_factory=Permissions)
    budgets: Budgets = field(default_factory=Unlimited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Looks up what belongs to one event."""

    records: Records
    event: Event
    rules: Rules

    def default_team(self) -> str:
        """Return the team where none is named: the channel's, else the workspace's, else the setting's."""
        thread = self.event.thread
        found = self.records.workspaces.default_team(thread.adapter, thread.workspace, thread.channel)
        return found or self.rules.default_team

    def access(self, conversation: Conversation, run: Run | None) -> Access:
        """Return what the person may do about the run that goes on, or about the one that they would begin."""
        event = self.event
        begins = event.kind is EventKind.MESSAGE and (run is None or run.status.final)
        return Access(
            permissions=self.rules.permissions,
            person=event.person,
            thread=event.thread,
            team=self._begun_with(conversation) if begins or run is None else run.team,
            starter=None if begins or run is None else run.started_by.id,
        )

    def _begun_with(self, conversation: Conversation) -> str:
        # A conversation stays with the team of its runs, whatever becomes of the defaults. Before its first run no
        # team has worked in it, so the default of now counts.
        return self.event.team or (conversation.team if conversation.run is not None else self.default_team())

    def meaning(self, run: Run | None, access: Access, now: datetime) -> Meaning:
        """Return what the event means now."""
        waiting: list[InputRequest] = []
        if run is not None:
            waiting = self.records.requests.of(run.conversation, status=RequestStatus.OPEN)
        return decide(
            self.event,
            run=run,
            waiting=waiting,
            named=self.named(),
            now=now,
            access=access,
            unsent=self._unsent(waiting),
        )

    def _unsent(self, waiting: Sequence[InputRequest]) -> set[RequestId]:
        """Return the approvals whose cards are not known to be shown, where the event names none."""
        if self.event.request is not None:
            return set()
        conversation = self.event.thread.conversation
        approvals = [request for request in waiting if request.kind is RequestKind.APPROVAL]
        sent_as = self.records.outbox.sent_as
        return {each.id for each in approvals if sent_as(conversation, card_key(each)) is None}

    def named(self) -> InputRequest | None:
        """Return the request that the event names, if it belongs to this conversation."""
        event = self.event
        named = self.records.requests.get(event.request) if event.request is not None else None
        return named if named is not None and named.conversation == event.thread.conversation else None
