"""The conversations that wait to be stepped: in turn over the persons for whom they are woken."""

from __future__ import annotations

import asyncio
from collections import Counter

from bot.domain import ConversationId
from bot.rota import Rota

Woken = tuple[ConversationId, str]
"""A conversation, and the person for whom it is woken; empty: not known."""


class Queue:
    """What waits, and how many steps each person has under way: nobody's may take the places of everybody else's."""

    def __init__(self, share: int) -> None:
        """Begin with none; `share`: steps at once for one person who is known."""
        self._share = share
        self._rota: Rota[Woken] = Rota()
        self._under_way: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._closed = False

    def put(self, conversation: ConversationId, person: str) -> None:
        """Have a conversation wait."""
        self._rota.add((conversation, person), person=person, conversation=conversation)
        self._changed.set()

    async def get(self) -> Woken | None:
        """Return the next one as soon as there is one whose person has room; None: the queue is closed."""
        while not self._closed:
            found = self._rota.take(self.has_room)
            if found is not None:
                return found
            self._changed.clear()
            await self._changed.wait()
        return None

    def has_room(self, person: str) -> bool:
        """Say whether one more step of this person may begin."""
        return not person or self._under_way[person] < self._share

    def enter(self, person: str) -> None:
        """Count a step that begins."""
        self._under_way[person] += 1

    def leave(self, person: str) -> None:
        """Count a step that has ended."""
        self._under_way[person] -= 1
        if not self._under_way[person]:
            # People come and go.
            del self._under_way[person]
        self._changed.set()

    def close(self) -> None:
        """Give out no more."""
        self._closed = True
        self._changed.set()
