"""The door: whatever Discord delivers is recorded before it is worked on; nothing is worked on here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from adapters.chat.recent import Recent
from adapters.discord.ids import ADAPTER
from bot.domain import Delivery, Json
from bot.ports import Clock, Inbox

MOST_UNSURE = 2000
"""Deliveries of which it is remembered that recording them failed."""


class Door:
    """Records deliveries and hands the new ones on."""

    def __init__(self, inbox: Inbox, *, offer: Callable[[Delivery], None], clock: Clock) -> None:
        self._inbox = inbox
        self._offer = offer
        self._clock = clock
        self._unsure: Recent[str, None] = Recent(MOST_UNSURE)
        """Ids that may be recorded although that failed, and were not handed on."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def enter(self, identity: str, body: Json, *, place: str = "", position: int = 0) -> bool:
        """Record a delivery, with how far it stands in its place, and hand it on; False when it is known already.

        Raises:
            StoreError: It may not be recorded; hand it in again.
        """
        new = await self.record(identity, body, place=place, position=position)
        if new is not None:
            self.offer(new)
        return new is not None

    async def record(self, identity: str, body: Json, *, place: str = "", position: int = 0) -> Delivery | None:
        """Record a delivery and return it, to be handed on by `offer`; None when it is known already.

        Raises:
            StoreError: It may not be recorded; hand it in again.
        """
        delivery = Delivery(
            adapter=ADAPTER, id=identity, body=body, received_at=self._clock.now(), place=place, position=position
        )
        # Its twin waits: only once the first is recorded, or failed to be, is it known what the second one means.
        lock = self._locks.setdefault(identity, asyncio.Lock())
        async with lock:
            try:
                new = await self._inbox.receive(delivery)
            except BaseException:
                # The answer may be all that was lost: then the next one finds it known, and nobody works on it.
                self._unsure[identity] = None
                raise
            if not new and identity not in self._unsure:
                return None
            self._unsure.pop(identity, None)
            return delivery

    def offer(self, delivery: Delivery) -> None:
        """Hand a recorded delivery on to be worked on; without it, the next process works on it."""
        self._offer(delivery)
