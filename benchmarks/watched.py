"""A run's journal that tells when a question has become durable."""

from __future__ import annotations

import asyncio

from bot.domain import Answer, Batch
from bot.ports import RunJournal


class WatchedJournal:
    """Hands every call on to the real journal."""

    def __init__(self, journal: RunJournal, asked: asyncio.Event) -> None:
        self._journal = journal
        self._asked = asked
        self.load = journal.load
        self.peek = journal.peek
        self.permit = journal.permit
        self.use = journal.use

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        """Commit, then tell if there was a question in it."""
        answers = await self._journal.commit(batch)
        if batch.requests:
            self._asked.set()
        return answers
