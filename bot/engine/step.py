"""One step: a wake's worth of work on a conversation, at least once, fenced by its epoch.

The team and the poster work side by side. Whatever is recorded is shown by the poster while the team goes on;
when either finds itself fenced, both are dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from datetime import datetime
from functools import partial

import structlog

from bot.budgets import Budgets
from bot.domain import ConversationId, InputRequest, Json, OutboxRow, Outcome, Run
from bot.engine.failing import UNRECORDABLE, gravest, remedy
from bot.engine.journal import Ahead, StepJournal
from bot.engine.limits import Limits
from bot.engine.minutes import within_minutes
from bot.engine.places import places
from bot.engine.preview import StepPreview
from bot.engine.promise import Promise, PromisedStore
from bot.engine.retries import Retries
from bot.engine.transactions import (
    Begun,
    Settled,
    begin,
    begin_with,
    give_back,
    lose_thread,
    post_later,
    refuse,
    settle,
)
from bot.errors import FencedError, PostRefusedError, RetryLaterError, ThreadfastError, ThreadGoneError
from bot.inbox.pins import write_pinned
from bot.inbox.runs import log_end
from bot.outbox import Bell, Pauses, Poster, Soon
from bot.permissions import Permissions
from bot.ports import ChatAdapter, Clock, PinnedTeams, Records, Store, Teams

log = structlog.get_logger()


class Stepper:
    """Steps conversations; knows nothing of wakes and of how many work at once."""

    def __init__(
        self,
        *,
        store: Store,
        teams: Teams,
        adapters: Mapping[str, ChatAdapter],
        clock: Clock,
        limits: Limits,
        permissions: Permissions | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self._store = store
        self._budgets = budgets or Budgets()
        self._permissions = permissions or Permissions()
        self._teams = teams
        self._adapters = adapters
        self._clock = clock
        self._limits = limits
        self._posts = Pauses(clock)
        self._promise = Promise(kept=True)
        self.soon: Soon | None = None
        """Reaches the loop from the store's thread, while the engine runs."""
        self._retries = Retries(patience=limits.patience_seconds)

    def promised(self, promise: Promise) -> Stepper:
        """Return the same for a step that computes before its beginning is durable."""
        made = copy(self)
        made._promise, made._store = promise, PromisedStore(self._store, promise)
        return made

    def resting(self, conversation: ConversationId) -> bool:
        """Say whether nothing can be done before a timer is due: its run or its posts are left alone."""
        rests = self._retries.resting(conversation, self._clock.now()) is not None
        return rests or self._posts.resting(conversation)

    def begin(self, records: Records, pins: PinnedTeams, run: Run, answered: InputRequest | None) -> Begun:
        """Begin a step within the transaction that gave its run something to do; see `bot.ports.Claim`."""
        return begin_with(records, pins, run, answered, starts=self._limits.starts, now=self._clock.now())

    async def give_back(self, begun: Begun) -> None:
        """Do not work on a step that is begun, nor count it: the next process does."""
        settled = await self._over(begun.settled)
        if settled.following is not None:
            with suppress(ThreadfastError):
                await self._store.write(partial(give_back, run=settled.following, epoch=begun.epoch))

    async def step(
        self, conversation: ConversationId, bell: Bell, leave: Callable[[], None], begun: Begun | None = None
    ) -> None:
        """Do what there is to do now.

        Args:
            conversation: Which; nobody else steps it at the same time.
            bell: Rung from outside when there may be more to show.
            leave: Called after each record: cancels the step when the engine is to be drained.
            begun: The step, if the transaction that asked for it has begun it already.

        Raises:
            ExceptionGroup: Of a fence, or of a store that cannot be written.
            StoreError: The step could not begin.
        """
        begun = begun or await self._begin(conversation)
        if begun is None:
            return
        await self._over(begun.settled)
        poster = Poster(
            store=self._store,
            adapters=self._adapters,
            clock=self._clock,
            conversation=conversation,
            epoch=begun.epoch,
            pauses=self._posts,
            refused=partial(self._refused, begun),
            soon=self.soon,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(poster.run(bell, group))
            await self._work(begun, bell, poster, leave)
            bell.close()
        until = self._posts.until(conversation)
        if until is not None:
            await self._store.write(partial(post_later, conversation=conversation, due_at=until))

    async def _begin(self, conversation: ConversationId) -> Begun | None:
        now = self._clock.now()
        resting = self._retries.resting(conversation, now)
        work = partial(begin, conversation=conversation, resting=resting, starts=self._limits.starts, now=now)
        begun = await write_pinned(self._store, self._teams, work, self._permissions, self._budgets)
        if begun is not None and resting is None and begun.settled.following is None:
            self._retries.clear(conversation)
        return begun

    async def _refused(self, begun: Begun, row: OutboxRow, error: PostRefusedError) -> None:
        """Act on a post that is never shown; where that has ended the conversation's run, its step is dropped."""
        epoch, now = begun.epoch, self._clock.now()
        if isinstance(error, ThreadGoneError):
            settled = await self._store.write(partial(lose_thread, row=row, epoch=epoch, error=error, now=now))
        else:
            work = partial(refuse, row=row, epoch=epoch, error=error, now=now)
            settled = await write_pinned(self._store, self._teams, work, self._permissions, self._budgets)
        if (await self._over(settled)).ended is not None:
            raise FencedError(f"A post of conversation {row.conversation} is never shown, and its run has ended.")

    async def _work(self, begun: Begun, bell: Bell, poster: Poster, leave: Callable[[], None]) -> None:
        """Advance the conversation's run, and those that kept messages start after it."""
        settled = begun.settled
        while (run := settled.following) is not None:
            with structlog.contextvars.bound_contextvars(conversation=run.conversation, run=run.id):
                settled = await self._advance(run, settled.ahead, begun, bell, poster, leave)
            bell.ring()

    async def _advance(
        self, run: Run, ahead: Ahead | None, begun: Begun, bell: Bell, poster: Poster, leave: Callable[[], None]
    ) -> Settled:
        """Work on a run and return where that left it."""
        promise = self._promise
        preview = StepPreview(self._adapters.get(begun.thread.adapter), begun.thread, shows=lambda: promise.kept)

        # It does not know the journal, which knows it: that goes without a collection of garbage.
        def recorded(asks: bool) -> None:
            bell.ring(soon=not asks)
            leave()

        journal = StepJournal(
            store=self._store,
            clock=self._clock,
            run=run,
            epoch=begun.epoch,
            human_turns=self._limits.human_turns,
            preview=preview,
            recorded=recorded,
            ahead=ahead,
            poster=poster,
            permissions=self._permissions,
            budgets=self._budgets,
        )
        try:
            work = partial(self._teams.advance, run, journal, preview)
            outcome = await within_minutes(self._store, self._budgets, run, work)
            return await self._settle(run, outcome, journal)
        except asyncio.CancelledError as error:
            if _interrupted():
                await self._give_back(run, journal)
                raise
            # Nobody cancelled this step: something inside the team did, and would do it again for ever.
            return await self._failed(run, journal, error)
        # Whatever a team does wrong ends this run at most, never its neighbours.
        except Exception as error:
            return await self._failed(run, journal, error)
        finally:
            preview.end_all()

    async def _settle(self, run: Run, outcome: Outcome, journal: StepJournal) -> Settled:
        work = partial(settle, run=run, epoch=journal.epoch, outcome=outcome, journal=journal, now=self._clock.now())
        settled = await write_pinned(self._store, self._teams, work, self._permissions, self._budgets)
        self._retries.clear(run.conversation)
        return await self._over(settled, outcome.counts)

    async def _failed(self, run: Run, journal: StepJournal, error: BaseException) -> Settled:
        """Record what becomes of a run that could not go on; where nothing can be recorded, the step is over."""
        await self._promise.until_kept()
        cause = gravest(error)
        if isinstance(cause, UNRECORDABLE):
            if not isinstance(cause, FencedError):
                await self._give_back(run, journal)
            raise cause
        now = self._clock.now()
        found = remedy(cause, run, journal, limits=self._limits, retries=self._retries, now=now)
        settled = await write_pinned(self._store, self._teams, found.work, self._permissions, self._budgets)
        if found.tries_again:
            self._rest(run, settled.due_at, cause, now)
        return await self._over(settled)

    async def _give_back(self, run: Run, journal: StepJournal) -> None:
        """Do not count this step against the run; where that cannot be recorded, it is counted."""
        if not journal.progressed:
            with suppress(ThreadfastError):
                await self._store.write(partial(give_back, run=run, epoch=journal.epoch))

    def _rest(self, run: Run, due_at: datetime | None, error: BaseException, now: datetime) -> None:
        at = None if isinstance(error, RetryLaterError) else places(error)
        seconds = (due_at - now).total_seconds() if due_at is not None else None
        log.warning("run.postponed", seconds=seconds, error=type(error).__name__, at=at)
        if due_at is not None:
            self._retries.rest(run, now, due_at)

    async def _over(self, settled: Settled, counts: Json | None = None) -> Settled:
        """Tell of a run that has ended."""
        ended = settled.ended
        if ended is not None:
            self._retries.clear(ended.conversation)
            log_end(ended, ended.status, self._clock.now(), counts)
            await self._teams.forget(ended.id)
        return settled


def _interrupted() -> bool:
    """Say whether the current task was cancelled from outside."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
