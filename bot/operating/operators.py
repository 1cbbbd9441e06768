"""Who may have models pulled, and what the audit log says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain import AuditAction, AuditEntry, Person, ThreadRef
from bot.inbox.access import Access
from bot.permissions import Action, Permissions
from bot.ports import Store
from bot.refusals import StoredRefusals
from bot.texts import say


class Operators:
    """The people whom the permissions let operate."""

    def __init__(self, *, store: Store, permissions: Permissions, now: Callable[[], datetime]) -> None:
        """Take where it is noted, who may, and the time."""
        self._store = store
        self._permissions = permissions
        self._now = now
        self._refusals = StoredRefusals(store=store, permissions=permissions, default_team="", now=now)

    def may(self, person: Person, place: ThreadRef) -> bool:
        """Say whether a person may have models pulled there."""
        return self._access(person, place).refused(Action.OPERATE) is None

    async def admit(self, person: Person, place: ThreadRef, model: str, language: str) -> str:
        """Say why a person may not have a model pulled there; empty: they may. Either is noted.

        Raises:
            StoreError: It was not noted.
        """
        refusal = self._access(person, place).refused(Action.OPERATE)
        if refusal is None:
            await self._store.write(lambda records: records.audit.add(self._entry(person, place, model)))
            return ""
        await self._refusals.pull_refused(person, place, model)
        return say(refusal.text_id, language, **refusal.facts(language))

    def _access(self, person: Person, place: ThreadRef) -> Access:
        # The hosts are all teams': no rule about one of them says who operates.
        return Access(permissions=self._permissions, person=person, thread=place, team="")

    def _entry(self, person: Person, place: ThreadRef, model: str) -> AuditEntry:
        where = f"{place.adapter}:{place.workspace}"
        return AuditEntry(
            at=self._now(),
            action=AuditAction.PULLED,
            person=f"{where}:{person.id}",
            place=f"{where}:{place.channel}",
            detail={"model": model},
        )
