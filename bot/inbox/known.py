"""What is recorded, and set, that an event's meaning depends on. Part of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.budgets import Budgets
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
from bot.outbox import card_key
from bot.permissions import Permissions
from bot.ports import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say about everybody's events."""

    languages: Languages
    default_team: str
    permissions: Permissions = field(default_factory=Permissions)
    budgets: Budgets = field(default_factory=Budgets)


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
        if not begins and run is not None:
            return Access.of(run, event.person, self.rules.permissions)
        return Access(
            permissions=self.rules.permissions,
            person=event.person,
            thread=event.thread,
            team=self._begun_with(conversation),
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
            early=self._early(waiting),
        )

    def _early(self, waiting: Sequence[InputRequest]) -> set[RequestId]:
        """Return the approvals and choices whose cards were not known to be shown when the event was said.

        Whoever names one, by its button or by a reply, has seen its card.
        """
        if self.event.request is not None:
            return set()
        return {each.id for each in waiting if each.kind is not RequestKind.TEXT and not self._is_seen(each)}

    def _is_seen(self, request: InputRequest) -> bool:
        sent = self.records.outbox.sent_as(self.event.thread.conversation, card_key(request))
        if sent is None:
            return False
        since = sent.at or request.opened_at
        # Platforms tell times in milliseconds.
        return self.event.at >= since.replace(microsecond=since.microsecond // 1000 * 1000)

    def named(self) -> InputRequest | None:
        """Return the request that the event names, if it belongs to this conversation."""
        event = self.event
        named = self.records.requests.get(event.request) if event.request is not None else None
        return named if named is not None and named.conversation == event.thread.conversation else None
