"""The embedded engine: an in-process dispatcher over the store, one process per store.

What is durable is the store; this only wakes, serialises and bounds. No leases: the store's file lock says that
nobody else works here, and the epoch fences whoever was wrongly given up for dead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import Context, copy_context
from functools import partial

import structlog

from bot.budgets import Budgets
from bot.domain import ConversationId
from bot.engine.claims import StepClaim
from bot.engine.limits import Limits
from bot.engine.places import leaves, places
from bot.engine.promise import Promise
from bot.engine.queue import Queue
from bot.engine.step import Stepper
from bot.engine.sweeping import Sweeper
from bot.engine.transactions import Begun
from bot.engine.waker import Waker
from bot.engine.working import Working
from bot.errors import FencedError, StoreError
from bot.outbox import Pauses
from bot.permissions import Permissions
from bot.ports import ChatAdapter, Claim, Clock, Store, Teams

log = structlog.get_logger()


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
        prepare: Callable[[], Awaitable[None]] | None = None,
        permissions: Permissions | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        """Put it together; nothing is begun yet.

        Args:
            store: What is durable.
            teams: Who works.
            adapters: Where posts are shown; only conversations of these are worked on.
            clock: Where time comes from.
            limits: What it keeps to.
            prepare: Done once before the first step: what takes so long that a process may be killed meanwhile. No
                run has been begun by then, so none is given up for it.
            permissions: Say who may decide approvals that are asked for from now on; None: no rule does.
            budgets: Say how much may be used; None: as much as anybody likes.
        """
        limits = limits or Limits()
        self._stepper = Stepper(
            store=store,
            teams=teams,
            adapters=adapters,
            clock=clock,
            limits=limits,
            permissions=permissions,
            budgets=budgets,
        )
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._queue = Queue(limits.share)
        self._queued: set[ConversationId] = set()
        self._working: dict[ConversationId, Working] = {}
        self._again: set[ConversationId] = set()
        self._pauses = Pauses(clock)
        self._sweeper = Sweeper(
            self,
            store=store,
            teams=teams,
            adapters=adapters,
            clock=clock,
            limits=limits,
            working=self._working,
            pauses=self._pauses,
            resting=self._stepper.resting,
        )
        self._prepare = prepare
        self._draining = False
        self._group: asyncio.TaskGroup | None = None
        self._context: Context = copy_context()
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
        return await self._sweeper.recover()

    async def start(self) -> None:
        """Step what is woken until drained; returns when nothing works any more."""
        async with asyncio.TaskGroup() as group:
            self._group, self._context = group, copy_context()
            waker = Waker("engine-wake")
            self._stepper.soon = partial(waker.call, asyncio.get_running_loop())
            sweeper = group.create_task(self._sweeper.sweep())
            try:
                await self._dispatch()
            finally:
                self._group = None
                waker.close()
            sweeper.cancel()

    async def wake(self, conversation: ConversationId, *, person: str = "") -> None:
        """Have the conversation stepped at least once from now on, never twice at a time.

        Where many wait, they are stepped in turn over the persons for whom they are woken.

        It is not durable. A wake that is lost between the commit that asks for it and this call is repaired by the
        sweeper after `Limits.repair_seconds`, and after the end of the process by `recover`.
        """
        working = self._working.get(conversation)
        if working is not None:
            self._again.add(conversation)
            working.bell.ring()
        elif conversation not in self._queued:
            self._queued.add(conversation)
            self._queue.put(conversation, person)

    @asynccontextmanager
    async def claim(self, conversation: ConversationId, *, person: str = "") -> AsyncIterator[Claim | None]:
        """Keep the conversation for one transaction, which may also begin the step that it asks for.

        See `bot.ports.Engine`. What a stop may come upon here is no step yet, though it may compute: either the
        transaction has seen the stop, or the step is handed over before the stop's own transaction is over.
        """
        if not (self._free(conversation) and self._queue.has_room(person)):
            yield None
            return
        working = self._begun_for(conversation, person)
        await self._slots.acquire()
        try:
            yield StepClaim(
                self._stepper,
                go_ahead=partial(self._go_ahead, conversation, working),
                hand_over=partial(self._go_on, conversation, working),
            )
        except asyncio.CancelledError:
            # The transaction may have happened all the same.
            self._again.add(conversation)
            raise
        finally:
            if working.task is None:
                self._over(conversation)
            elif not working.promise.kept:
                working.withdraw()

    def _begun_for(self, conversation: ConversationId, person: str) -> Working:
        self._queue.enter(person)
        working = self._working[conversation] = Working(person=person)
        return working

    def _free(self, conversation: ConversationId) -> bool:
        """Say whether the conversation may be kept: nothing works or waits there, nothing rests, and there is room."""
        known = conversation in self._working or conversation in self._queued
        rests = self._pauses.resting(conversation) or self._stepper.resting(conversation)
        ready = self._group is not None and self._prepare is None
        return ready and not (known or rests or self._draining or self._slots.locked())

    def _go_ahead(self, conversation: ConversationId, working: Working, begun: Begun, promise: Promise) -> None:
        """Let a step compute whose beginning is just made durable."""
        claimed = self._working.get(conversation) is working and working.task is None
        if claimed and self._group is not None and not self._draining:
            working.promise, working.ahead = promise, begun
            self._work(conversation, working, begun)

    async def _go_on(self, conversation: ConversationId, working: Working, begun: Begun) -> None:
        if working.ahead is begun:
            working.promise.keep()
        elif working.ahead is not None:
            # The transaction ran again: what computes since its first run is dropped.
            self._again.add(conversation)
        elif self._group is None or self._draining:
            # A drain takes no new step. The next process finds what is unfinished.
            await self._stepper.give_back(begun)
        else:
            self._work(conversation, working, begun)

    async def interrupt(self, conversation: ConversationId) -> None:
        """Cancel a step that is under way; harmless when there is none."""
        working = self._working.get(conversation)
        if working is not None:
            working.cancel()

    async def drain(self, seconds: float) -> None:
        """Take no new step, let running ones come to a recorded point, cancel them after this long."""
        self._draining = True
        self._queue.close()
        tasks = [working.task for working in self._working.values() if working.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _dispatch(self) -> None:
        while not self._draining:
            await self._slots.acquire()
            found = await self._queue.get()
            if self._prepare is not None and found is not None:
                await self._prepare()
                self._prepare = None
            if found is None or self._draining:
                return
            conversation, person = found
            self._queued.discard(conversation)
            self._work(conversation, self._begun_for(conversation, person))

    def _work(self, conversation: ConversationId, working: Working, begun: Begun | None = None) -> None:
        assert self._group is not None
        # Not the context of whoever accepted what the step works on.
        step = self._run(conversation, working, begun)
        working.task = self._group.create_task(step, context=self._context.copy())
        working.task.add_done_callback(partial(self._over, conversation))

    async def _run(self, conversation: ConversationId, working: Working, begun: Begun | None) -> None:
        def leave() -> None:
            if self._draining:
                working.cancel()

        stepper = self._stepper if working.promise.kept else self._stepper.promised(working.promise)
        try:
            await stepper.step(conversation, working.bell, leave, begun)
        # A step must never end the engine; what it left undone is tried again.
        except Exception as error:
            if not working.promise.withdrawn:
                self._dropped(conversation, error)
        else:
            self._pauses.clear(conversation)

    def _over(self, conversation: ConversationId, _task: object = None) -> None:
        """Free the slot, also after a step that was cancelled before it began, or a transaction that began none."""
        person = self._working.pop(conversation).person
        self._queue.leave(person)
        self._slots.release()
        if conversation in self._again:
            self._again.discard(conversation)
            self._queued.add(conversation)
            self._queue.put(conversation, person)

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
