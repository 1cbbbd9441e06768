"""Whether a run may begin: what a team can do, and what people have used up. Part of a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain import Person, ThreadRef
from bot.ports import Records


class Budgets(Protocol):
    """What people, channels and teams may use."""

    def refusal(
        self, records: Records, *, person: Person, thread: ThreadRef, team: str, now: datetime
    ) -> tuple[str, dict[str, object]] | None:
        """Return the sentence, and its facts, that says what is used up and until when; None: a run may begin."""
        ...

    def count_start(self, records: Records, *, person: Person, thread: ThreadRef, team: str, now: datetime) -> None:
        """Count a run that begins."""
        ...


class Unlimited:
    """Budgets that nobody has set."""

    def refusal(
        self, records: Records, *, person: Person, thread: ThreadRef, team: str, now: datetime
    ) -> tuple[str, dict[str, object]] | None:
        """Return None: a run may begin."""
        return None

    def count_start(self, records: Records, *, person: Person, thread: ThreadRef, team: str, now: datetime) -> None:
        """Count nothing."""
