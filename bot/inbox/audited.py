"""What the audit log says about people's acts. Part of the transaction that records the act; never a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain import (
    AuditAction,
    AuditEntry,
    Decision,
    InputRequest,
    Json,
    Person,
    RequestKind,
    Run,
    ThreadRef,
    Verdict,
)
from bot.inbox.access import Refusal, Why
from bot.ports import Records

REFUSED_EVERY = timedelta(minutes=1)
"""How often the same refusal of the same person in the same conversation is noted: the log is never shortened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Adds facts about one thread, at one time."""

    records: Records
    thread: ThreadRef
    now: datetime

    def add(
        self,
        action: AuditAction,
        person: Person | None,
        *,
        run: str = "",
        request: str = "",
        team: str = "",
        hashed: str = "",
        detail: Json | None = None,
    ) -> None:
        """Add one fact; without a person, nobody did it."""
        thread = self.thread
        entry = AuditEntry(
            at=self.now,
            action=action,
            person=f"{thread.adapter}:{thread.workspace}:{person.id}" if person is not None else "",
            place=f"{thread.adapter}:{thread.workspace}:{thread.channel}",
            conversation=thread.conversation,
            run=run,
            request=request,
            team=team,
            sha256=hashed,
            detail=detail or {},
        )
        if action is not AuditAction.REFUSED or not self.records.audit.refused_since(entry, self.now - REFUSED_EVERY):
            self.records.audit.add(entry)

    def refused(self, refusal: Refusal, person: Person, *, run: str, request: str, team: str) -> None:
        """Say that somebody may not do what they wanted; the same is said at most once a minute."""
        detail: Json = {"what": refusal.what, "why": refusal.why.value}
        if refusal.why is Why.BUDGET:
            detail["budget"] = refusal.text_id
        self.add(AuditAction.REFUSED, person, run=run, request=request, team=team, detail=detail)

    def started(self, run: Run) -> None:
        """Say who started a run."""
        self.add(AuditAction.STARTED, run.started_by, run=run.id, team=run.team)

    def answered(self, request: InputRequest, run: Run, by: Person | None) -> None:
        """Say who answered a question."""
        self.add(AuditAction.ANSWERED, by, run=run.id, request=request.id, team=run.team)

    def decided(self, request: InputRequest, run: Run, decisions: Sequence[Decision | None], by: Person | None) -> None:
        """Say what was decided of an approval's items, each by its hash; None: nothing yet."""
        for place, decision in enumerate(decisions):
            if decision is not None:
                self._item(request, run, place, decision, by)

    def expired(self, request: InputRequest, run: Run) -> None:
        """Say that nobody answered in time; of an approval, which bytes nobody decided."""
        if request.kind is not RequestKind.APPROVAL:
            self.add(AuditAction.EXPIRED, None, run=run.id, request=request.id, team=run.team)
        for number, item in enumerate(request.items, 1):
            self.add(
                AuditAction.EXPIRED,
                None,
                run=run.id,
                request=request.id,
                team=run.team,
                hashed=item.sha256,
                detail={"item": number},
            )

    def _item(self, request: InputRequest, run: Run, place: int, decision: Decision, by: Person | None) -> None:
        item = request.items[place]
        action, hashed = AuditAction.APPROVED, item.sha256
        detail: Json = {"item": place + 1, "kind": item.kind}
        if decision.verdict is Verdict.REJECT:
            action = AuditAction.REJECTED
        elif decision.content is not None:
            action, detail["shown"] = AuditAction.CHANGED, item.sha256
            hashed = sha256(decision.content.encode("utf-8", "surrogatepass")).hexdigest()
        self.add(action, by, run=run.id, request=request.id, team=run.team, hashed=hashed, detail=detail)
