"""How often somebody who is turned away is told so where others see it. Pure but for the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.chat.recent import Recent
from bot.domain import ThreadRef

TOLD_FOR = timedelta(minutes=10)
"""Whoever is turned away in a channel is told once within so long: nobody can have the bot fill it."""
REMEMBERED = 1000


class TurnedAway:
    """Remembers who was told in which channel; a new process tells once more."""

    def __init__(self) -> None:
        self._told: Recent[tuple[str, str, str], datetime] = Recent(REMEMBERED)

    def to_tell(self, person: str, thread: ThreadRef, now: datetime) -> bool:
        """Say whether this person is to be told in this thread's channel, and take it that they are."""
        key = (thread.workspace, thread.channel, person)
        last = self._told.get(key)
        if last is not None and now < last + TOLD_FOR:
            return False
        self._told[key] = now
        return True
