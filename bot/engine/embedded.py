"""The embedded engine: an in-process dispatcher over the store, one process per store.

What is durable is the store; this only wakes, serialises and bounds. No leases: the store's file lock says that
nobody else works here, and the epoch fences whoever was wrongly given up for dead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.domain import ConversationId
from bot.engine.limits import Limits
from bot.engine.places import leaves, places
from bot.engine.step import Stepper
from bot.errors import FencedError, StoreError
from bot.outbox import Bell, Pauses
from bot.ports import ChatAdapter, Clock, Store, Teams

log = structlog.get_logger()


@dataclass(slots=True)
class _Working:
    """A step that is under way."""

    bell: Bell = field(default_factory=Bell)
    task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()


class EmbeddedEngine:
    """Keeps the promises of the port `bot.ports.Engine` within one process."""

    def __init__(
        self,
        *,
        store: Store,
        teams: Teams,
        adapters: Mapping[str, ChatAdapter],
        clock: Clock,
        limits: Limits | None = None,
    ) -> None:
        self._store = store
        self._adapters = frozenset(adapters)
        self._clock = clock
        self._limits = limits or Limits()
        self._stepper = Stepper(store=store, teams=teams, adapters=adapters, clock=clock, limits=self._limits)
        self._slots = asyncio.Semaphore(self._limits.concurrency)
        self._queue: asyncio.Queue[ConversationId | None] = asyncio.Queue()
        self._queued: set[ConversationId] = set()
        self._working: dict[ConversationId, _Working] = {}
        self._again: set[ConversationId] = set()
        self._pauses = Pauses(clock)
        self._draining = False
        self.fenced = 0
        """Steps that found another one owning their conversation."""

    @property
    def idle(self) -> bool:
        """Whether nothing is working and nothing waits to be stepped; timers may still be due later."""
        return not self._working and not self._queued

    async def recover(self) -> int:
        """Wake the conversations that a crash, or the last stop, left unfinished; return how many.

        Raises:
            StoreError: The store could not be read.
        """
        unfinished = await self._unfinished()
        for conversation in unfinished:
            await self.wake(conversation)
        return len(unfinished)

    async def start(self) -> None:
        """Step what is woken until drained; returns when nothing works any more."""
        async with asyncio.TaskGroup() as group:
            sweeper = group.create_task(self._sweep())
            await self._dispatch(group)
            sweeper.cancel()

    async def wake(self, conversation: ConversationId) -> None:
        """Have the conversation stepped at least once from now on, never twice at a time.

        It is not durable. A wake that is lost between the commit that asks for it and this call is repaired by the
        sweeper after `Limits.repair_seconds`, and after the end of the process by `recover`.
        """
        working = self._working.get(conversation)
        if working is not None:
            self._again.add(conversation)
            working.bell.ring()
        elif conversation not in self._queued:
            self._queued.add(conversation)
            self._queue.put_nowait(conversation)

    async def interrupt(self, conversation: ConversationId) -> None:
        """Cancel a step that is under way; harmless when there is none."""
        working = self._working.get(conversation)
        if working is not None:
            working.cancel()

    async def drain(self, seconds: float) -> None:
        """Take no new step, let running ones come to a recorded point, cancel them after this long."""
        self._draining = True
        self._queue.put_nowait(None)
        tasks = [working.task for working in self._working.values() if working.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _dispatch(self, group: asyncio.TaskGroup) -> None:
        while not self._draining:
            await self._slots.acquire()
            conversation = await self._queue.get()
            if conversation is None or self._draining:
                return
            self._queued.discard(conversation)
            working = self._working[conversation] = _Working()
            working.task = group.create_task(self._run(conversation, working))
            working.task.add_done_callback(partial(self._over, conversation))

    async def _run(self, conversation: ConversationId, working: _Working) -> None:
        def leave() -> None:
            if self._draining:
                working.cancel()

        try:
            await self._stepper.step(conversation, working.bell, leave)
        # A step must never end the engine; what it left undone is tried again.
        except Exception as error:
            self._dropped(conversation, error)
        else:
            self._pauses.clear(conversation)

    def _over(self, conversation: ConversationId, _task: asyncio.Task[None]) -> None:
        """Free the slot, also after a step that was cancelled before it began."""
        del self._working[conversation]
        self._slots.release()
        if conversation in self._again:
            self._again.discard(conversation)
            self._queued.add(conversation)
            self._queue.put_nowait(conversation)

    def _dropped(self, conversation: ConversationId, error: Exception) -> None:
        causes = leaves(error)
        if any(isinstance(cause, FencedError) for cause in causes):
            self.fenced += 1
            log.info("step.fenced", conversation=conversation)
            return
        delay = self._pauses.rest(conversation)
        unexpected = not all(isinstance(cause, StoreError) for cause in causes)
        log.warning(
            "step.postponed",
            conversation=conversation,
            seconds=delay,
            error=type(causes[0]).__name__,
            at=places(causes[0]) if unexpected else None,
        )

    async def _sweep(self) -> None:
        """Turn due timers into wakes, and now and then look for wakes that were lost."""
        repaired_at = self._clock.now()
        while True:
            try:
                await self._wake_due()
                if (self._clock.now() - repaired_at).total_seconds() >= self._limits.repair_seconds:
                    repaired_at = self._clock.now()
                    await self._repair()
            except StoreError as error:
                log.warning("sweep.postponed", error=type(error).__name__)
            await self._clock.sleep(self._limits.sweep_seconds)

    async def _wake_due(self) -> None:
        for conversation in self._pauses.over():
            await self.wake(conversation)
        now = self._clock.now()
        for conversation in await self._store.read(lambda records: records.inbox.due(now)):
            if conversation not in self._working and not self._pauses.resting(conversation):
                await self.wake(conversation)

    async def _repair(self) -> None:
        for conversation in await self._unfinished():
            resting = self._pauses.resting(conversation) or self._stepper.resting(conversation)
            if conversation not in self._working and not resting:
                await self.wake(conversation)

    async def _unfinished(self) -> list[ConversationId]:
        return await self._store.read(lambda records: records.conversations.unfinished(self._adapters))
