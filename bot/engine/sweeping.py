"""The sweeper: wakes what a timer is due for and what lost its wake, and has forgotten what nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

import structlog

from bot.domain import ConversationId
from bot.engine.forgetting import Forgetting, Gone
from bot.engine.limits import Limits
from bot.engine.tidying import Tidying
from bot.errors import StoreError
from bot.outbox import Pauses
from bot.ports import Clock, Engine, Store, Teams

log = structlog.get_logger()


class Sweeper:
    """Finds in the store what an engine is to do and was not told of."""

    def __init__(  # noqa: PLR0913 - what it looks at, each by its name
        self,
        engine: Engine,
        *,
        store: Store,
        teams: Teams,
        adapters: Iterable[str],
        clock: Clock,
        limits: Limits,
        working: Container[ConversationId],
        pauses: Pauses,
        resting: Callable[[ConversationId], bool],
    ) -> None:
        """Prepare.

        Args:
            engine: Woken; interrupted where a conversation is deleted.
            store: Where it looks.
            teams: Drop what a deleted conversation's run holds in memory.
            adapters: Only conversations of these are looked for.
            clock: Where time comes from.
            limits: Say how often it looks and what is kept how long.
            working: The conversations that are worked on; they are not woken.
            pauses: The conversations that are left alone, for their steps could not be done.
            resting: Says whether nothing can be done in a conversation before a timer is due.
        """
        self._engine = engine
        self._store = store
        self._teams = teams
        self._adapters = frozenset(adapters)
        self._clock = clock
        self._limits = limits
        self._working = working
        self._pauses = pauses
        self._resting = resting

    async def recover(self) -> int:
        """Wake the conversations that a crash, or the last stop, left unfinished; return how many.

        Raises:
            StoreError: The store could not be read.
        """
        unfinished = await self._unfinished()
        for conversation in unfinished:
            await self._engine.wake(conversation)
        return len(unfinished)

    async def sweep(self) -> None:
        """Turn due timers into wakes, and now and then look for wakes that were lost and for what may be forgotten."""
        forgetting = Forgetting(self._store, self._clock, gone=self._forgotten)
        tidying = Tidying(self._store, self._clock, forgetting=forgetting, keep_days=self._limits.keep_days)
        repaired_at = self._clock.now()
        while True:
            try:
                await self._wake_due()
                if (self._clock.now() - repaired_at).total_seconds() >= self._limits.repair_seconds:
                    repaired_at = self._clock.now()
                    await self._repair()
                await tidying.tidy()
            except StoreError as error:
                log.warning("sweep.postponed", error=type(error).__name__)
            await self._clock.sleep(self._limits.sweep_seconds)

    async def _wake_due(self) -> None:
        for conversation in self._pauses.over():
            await self._engine.wake(conversation)
        now = self._clock.now()
        for conversation in await self._store.read(lambda records: records.inbox.due(now)):
            if conversation not in self._working and not self._pauses.resting(conversation):
                await self._engine.wake(conversation)

    async def _repair(self) -> None:
        for conversation in await self._unfinished():
            resting = self._pauses.resting(conversation) or self._resting(conversation)
            if conversation not in self._working and not resting:
                await self._engine.wake(conversation)

    async def _unfinished(self) -> list[ConversationId]:
        return await self._store.read(lambda records: records.conversations.unfinished(self._adapters))

    async def _forgotten(self, gone: Gone) -> None:
        """End the step of a conversation that was deleted, and drop what its run holds in memory."""
        await self._engine.interrupt(gone.conversation)
        if gone.run is not None:
            await self._teams.forget(gone.run)
