"""Tidying: what the sweeper forgets because nobody will ask for it again."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import Clock, Store

KNOWN_FOR = timedelta(days=7)
"""How long the id of a handled delivery stays known; platforms deliver again within hours."""
PAUSE = timedelta(days=1)
"""Between two times of tidying."""
AT_ONCE = 1000
"""Rows of one transaction: some milliseconds in which nothing else is recorded."""


class Tidying:
    """Forgets old deliveries, a bounded number at each call, and rests for a day when there are no more."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._due = clock.now()

    async def tidy(self) -> None:
        """Forget some, if it is time.

        Raises:
            StoreError: Nothing was forgotten.
        """
        now = self._clock.now()
        if now < self._due:
            return
        before = now - KNOWN_FOR
        forgotten = await self._store.write(
            lambda records: records.deliveries.forget(before, most=AT_ONCE), patient=True
        )
        if not forgotten:
            self._due = now + PAUSE
