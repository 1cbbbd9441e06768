"""Tidying: what the sweeper forgets because nobody will ask for it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.engine.forgetting import Forgetting
from bot.ports import Clock, Records, Store

KNOWN_FOR = timedelta(days=7)
"""How long what was used a day is known, and the id of a handled delivery: platforms deliver again within hours."""
PAUSE = timedelta(days=1)
"""Between two times of tidying."""
AT_ONCE = 1000
"""Rows of one transaction: some milliseconds in which nothing else is recorded."""


class Tidying:
    """Forgets what somebody wants forgotten; and old deliveries and conversations, some at each call.

    When there are no more of the old ones, it rests for a day.
    """

    def __init__(
        self, store: Store, clock: Clock, *, forgetting: Forgetting | None = None, keep_days: int | None = None
    ) -> None:
        """Begin.

        Args:
            store: Where it is.
            clock: Where time comes from.
            forgetting: Deletes conversations; None: they are left as they are.
            keep_days: After how many days without a word a conversation is deleted; None: it is kept.
        """
        self._store = store
        self._clock = clock
        self._forgetting = forgetting
        self._kept_for = timedelta(days=keep_days) if keep_days is not None else None
        self._due = clock.now()

    async def tidy(self) -> None:
        """Forget some, if it is time.

        Raises:
            StoreError: Not all was forgotten.
        """
        if self._forgetting is not None:
            await self._forgetting.fulfil()
        now = self._clock.now()
        if now < self._due:
            return
        if self._forgetting is not None and self._kept_for is not None:
            more = await self._forgetting.forget_old(now - self._kept_for)
        else:
            more = False
        forgotten = await self._store.write(partial(_forget_old, now - KNOWN_FOR), patient=True)
        if not forgotten and not more:
            self._due = now + PAUSE


def _forget_old(before: datetime, records: Records) -> int:
    records.usage.forget(before.date())
    return records.deliveries.forget(before, most=AT_ONCE)
