"""One step: a wake's worth of work on a conversation, at least once, fenced by its epoch.

The team and the poster work side by side. Whatever is recorded is shown by the poster while the team goes on;
when either finds itself fenced, both are dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

import structlog

from bot.domain import ConversationId, Json, Outcome, Run, RunStatus
from bot.engine.journal import StepJournal
from bot.engine.limits import Limits
from bot.engine.places import leaves, places
from bot.engine.preview import StepPreview
from bot.engine.steps import Begun, begin, fail, post_later, postpone, settle
from bot.errors import FencedError, RetryLaterError, RunFailedError, StoreFullError, StoreReadOnlyError
from bot.inbox.pins import write_pinned
from bot.inbox.runs import log_end
from bot.outbox import Bell, Pauses, Poster
from bot.ports import ChatAdapter, Clock, Store, Teams

log = structlog.get_logger()

REASON_CHARS = 300
"""How much of an unexpected error's message a thread is shown."""


class Stepper:
    """Steps conversations; knows nothing of wakes and of how many work at once."""

    def __init__(
        self, *, store: Store, teams: Teams, adapters: Mapping[str, ChatAdapter], clock: Clock, limits: Limits
    ) -> None:
        self._store = store
        self._teams = teams
        self._adapters = adapters
        self._clock = clock
        self._limits = limits
        self._posts = Pauses(clock)
        self._runs = Pauses(clock)

    def resting(self, conversation: ConversationId) -> bool:
        """Say whether nothing can be done before a timer is due: its run or its posts are left alone."""
        return self._runs.resting(conversation) or self._posts.resting(conversation)

    async def step(self, conversation: ConversationId, bell: Bell, leave: Callable[[], None]) -> None:
        """Do what there is to do now.

        Args:
            conversation: Which; nobody else steps it at the same time.
            bell: Rung from outside when there may be more to show.
            leave: Called after each record: cancels the step when the engine is to be drained.

        Raises:
            ExceptionGroup: Of a fence, or of a store that cannot be written.
            StoreError: The step could not begin.
        """
        begun = await self._store.write(lambda records: begin(records, conversation, self._clock.now()))
        if begun is None:
            return
        if begun.ended is not None:
            self._tell(begun.ended, RunStatus.CANCELLED)
        poster = Poster(
            store=self._store,
            adapters=self._adapters,
            clock=self._clock,
            conversation=conversation,
            epoch=begun.epoch,
            pauses=self._posts,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(poster.run(bell, group))
            await self._work(begun, bell, leave)
            bell.close()
        until = self._posts.until(conversation)
        if until is not None:
            await self._store.write(partial(post_later, conversation=conversation, due_at=until))

    async def _work(self, begun: Begun, bell: Bell, leave: Callable[[], None]) -> None:
        """Advance the conversation's run, and those that kept messages start after it."""
        run = begun.run
        while run is not None and run.status is RunStatus.WORKING and not self._runs.resting(run.conversation):
            with structlog.contextvars.bound_contextvars(conversation=run.conversation, run=run.id):
                run = await self._advance(run, begun, bell, leave)
            bell.ring()

    async def _advance(self, run: Run, begun: Begun, bell: Bell, leave: Callable[[], None]) -> Run | None:
        preview = StepPreview(self._adapters.get(begun.thread.adapter), begun.thread)

        def recorded() -> None:
            bell.ring()
            leave()

        journal = StepJournal(
            store=self._store,
            clock=self._clock,
            run=run,
            epoch=begun.epoch,
            human_turns=self._limits.human_turns,
            preview=preview,
            recorded=recorded,
        )
        try:
            outcome = await self._teams.advance(run, journal, preview)
            return await self._settle(run, begun.epoch, outcome, journal)
        # Whatever a team does wrong ends this run at most, never its neighbours.
        except Exception as error:
            await self._failed(run, begun.epoch, error)
        finally:
            preview.end_all()
        return None

    async def _failed(self, run: Run, epoch: int, error: Exception) -> None:
        """Act on the gravest cause: parallel chats may have failed together."""
        causes = leaves(error)
        for cause in causes:
            if isinstance(cause, FencedError | StoreFullError | StoreReadOnlyError):
                raise cause
        for cause in causes:
            if isinstance(cause, RunFailedError):
                await self._fail(run, epoch, str(cause))
                return
        await self._postpone(run, epoch, causes[0])

    async def _settle(self, run: Run, epoch: int, outcome: Outcome, journal: StepJournal) -> Run | None:
        now = self._clock.now()
        settled = await write_pinned(
            self._store,
            self._teams,
            partial(settle, run=run, epoch=epoch, outcome=outcome, journal=journal, now=now),
        )
        self._runs.clear(run.conversation)
        if settled.status.final:
            self._tell(run, settled.status, outcome.counts)
        return settled.following

    def _tell(self, run: Run, status: RunStatus, counts: Json | None = None) -> None:
        log_end(run, status, self._clock.now(), counts)

    async def _fail(self, run: Run, epoch: int, reason: str) -> None:
        now = self._clock.now()
        await self._store.write(partial(fail, run=run, epoch=epoch, reason=reason, now=now))
        self._tell(run, RunStatus.FAILED)

    async def _postpone(self, run: Run, epoch: int, error: BaseException) -> None:
        later = isinstance(error, RetryLaterError)
        reason = str(error) if later else f"{type(error).__name__}: {error}"[:REASON_CHARS]
        work = partial(
            postpone,
            run=run,
            epoch=epoch,
            reason=reason,
            retry_after=error.retry_after if isinstance(error, RetryLaterError) else None,
            attempts=self._limits.attempts,
            now=self._clock.now(),
        )
        delay = await self._store.write(work)
        log.warning("run.postponed", seconds=delay, error=type(error).__name__, at=None if later else places(error))
        if delay is None:
            self._tell(run, RunStatus.FAILED)
        else:
            self._runs.rest_for(run.conversation, delay)
