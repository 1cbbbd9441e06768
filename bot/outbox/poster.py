"""The poster: shows a conversation's recorded posts in order, each exactly once, one writer per conversation.

A row is marked as sending, conditional on the step's epoch, before the platform is called. Whoever finds a row
that is sending looks for it on the platform before posting it again. What is recorded while the poster is free and
everything before it is shown is marked so by the commit that records it: no write of its own keeps it waiting.
And while that commit becomes durable, the platform is told to prepare it: what is left for afterwards is sending it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from bot.domain import ConversationId, OutboxRow, Post, PostKind, PostStatus, ThreadRef
from bot.errors import (
    FencedError,
    HeldError,
    PostRefusedError,
    RetryLaterError,
    StoreError,
    ThreadGoneError,
    UnseenError,
)
from bot.outbox.cards import card_key
from bot.outbox.pauses import Pauses
from bot.ports import ChatAdapter, Clock, Records, Store

log = structlog.get_logger()

T = TypeVar("T")
Add = Callable[[Post], object]
"""Records a post within a transaction."""
Taken = tuple[OutboxRow, str | None]
"""A row as it was before it was marked as sending, and the platform's id of the card that it replaces."""
Refused = Callable[[OutboxRow, PostRefusedError], Awaitable[None]]
"""Told which post is never shown: has it marked as refused, and ends what waits for somebody to see it."""

Soon = Callable[[Callable[[], None]], None]
"""Has something called on the loop, from any thread and at no cost to it."""

YIELDS_SECONDS = 0.02
"""How long a step's first look at the outbox lets the team go first: both write to one store, and a person waits
for the team's next question, not for the last card's new look."""


class Bell:
    """Wakes the poster of one step: rung when something was recorded, closed when the team is done."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._soon = False
        self.closed = False
        """Whether nothing more will be recorded by this step."""

    def ring(self, *, soon: bool = False) -> None:
        """Have the outbox looked at; `soon`: the team asks nobody now, so that its posts need not let it go first."""
        self._soon = self._soon or soon
        self._rung.set()

    def close(self) -> None:
        """Have the outbox looked at for the last time."""
        self.closed = True
        self._rung.set()

    async def heard(self) -> bool:
        """Return once it was rung since the last time, with whether that was `soon`."""
        await self._rung.wait()
        self._rung.clear()
        soon, self._soon = self._soon, False
        return soon


class Poster:
    """Shows one conversation's posts during one step."""

    def __init__(
        self,
        *,
        store: Store,
        adapters: Mapping[str, ChatAdapter],
        clock: Clock,
        conversation: ConversationId,
        epoch: int,
        pauses: Pauses,
        refused: Refused,
        soon: Soon | None = None,
    ) -> None:
        """Begin.

        Args:
            store: Where the posts are recorded.
            adapters: Where they are shown, by platform.
            clock: Where time comes from.
            conversation: Whose posts.
            epoch: The step's, by which every change is fenced.
            pauses: How long the conversation rests after a failure.
            refused: Told which post is never shown.
            soon: Reaches the loop from the store's thread; None: nothing is prepared.
        """
        self._store = store
        self._adapter = adapters.get(ThreadRef.parse(conversation).adapter)
        self._clock = clock
        self._conversation = conversation
        self._epoch = epoch
        self._pauses = pauses
        self._refused = refused
        self._soon = soon
        self._done: tuple[int, PostStatus, str | None, str] | None = None
        self._taking = asyncio.Lock()
        """Held while rows are marked as sending, and until they are shown: by one writer at a time."""
        self._flushing = False
        self._first: Taken | None = None
        """What a transaction has taken already: it is sent before anything else is."""

    async def record(self, work: Callable[[Records, Add], T]) -> T:
        """Run a transaction that records posts and return what `work` returned; ring the bell afterwards.

        Where nothing is unsent, the first post is taken by this very transaction. If the process ends before it is
        sent, the next one looks for it in vain and sends it.

        Args:
            work: Is handed what adds its posts; otherwise as for `Store.write`. It must check the step's epoch.

        Raises:
            FencedError: A newer step posts from here on.
            StoreError: Nothing of it happened.
        """
        if not self._is_free():
            return await self._store.write(lambda records: work(records, records.outbox.add))
        async with self._taking:
            result, self._first = await self._store.write(partial(_taking_first, work, self._prepare))
        return result

    def _prepare(self, post: Post) -> None:
        """Have a post prepared while the transaction that takes it is made durable; called on the store's thread."""
        adapter = self._adapter
        if adapter is None or self._soon is None:
            return

        def prepare() -> None:
            # What cannot be prepared cannot be posted either, and that is acted on.
            with suppress(Exception):
                adapter.prepare(post)

        self._soon(prepare)

    def _is_free(self) -> bool:
        """Say whether what is recorded now would be sent at once, if nothing is unsent before it."""
        busy = self._flushing or self._taking.locked() or self._first is not None
        return self._adapter is not None and not busy and not self._pauses.resting(self._conversation)

    async def run(self, bell: Bell, group: asyncio.TaskGroup) -> None:
        """Show what is recorded until the bell is closed and nothing can be shown now."""
        alarm: asyncio.Task[None] | None = None
        first = asyncio.get_running_loop().call_later(YIELDS_SECONDS, bell.ring)
        try:
            soon = await bell.heard()
        finally:
            first.cancel()
        await self.flush(soon=soon)
        while not bell.closed:
            until = self._pauses.until(self._conversation)
            if until is not None and (alarm is None or alarm.done()):
                alarm = group.create_task(self._ring_later(bell, until))
            await self.flush(soon=await bell.heard())
        if alarm is not None:
            alarm.cancel()

    async def flush(self, *, soon: bool = False) -> None:
        """Show all recorded posts in order; stop at the first that must be tried again later.

        Args:
            soon: Whether the first one need not let the team's writes go first.

        Raises:
            FencedError: A newer step posts from here on, or what is never shown has ended the run of this step.
            StoreError: What was shown could not be marked; it will be looked for.
        """
        if self._adapter is None or self._pauses.resting(self._conversation):
            return
        self._flushing = True
        try:
            async with self._taking:
                await self._flush(self._adapter, soon=soon)
        finally:
            self._flushing = False

    async def _flush(self, adapter: ChatAdapter, *, soon: bool) -> None:
        taken, self._first = self._first, None
        while (taken := taken or await self._store.write(self._take, patient=not soon)) is not None:
            row, card = taken
            taken, soon = None, False
            if not await self._attempt(adapter, row, card):
                return

    def _take(self, records: Records) -> Taken | None:
        # One transaction per post: the previous one is marked in the same write that takes the next.
        records.conversations.check_epoch(self._conversation, self._epoch)
        if self._done is not None:
            row, status, platform_id, reason = self._done
            records.outbox.mark(row, status, platform_id=platform_id, reason=reason)
        rows = records.outbox.unsent(self._conversation, limit=1)
        if not rows:
            return None
        first = rows[0]
        if first.status is PostStatus.PENDING:
            records.outbox.mark(first.id, PostStatus.SENDING)
        else:
            # What is looked for is the card as it was tried last.
            first = replace(first, post=_with_unseen(records, first.post))
        return _with_unshown(records, first), _replaced_card(records, first.post)

    async def _attempt(self, adapter: ChatAdapter, row: OutboxRow, card: str | None) -> bool:
        """Try one post; False when it must be tried again later."""
        self._done = None
        try:
            self._done = (row.id, PostStatus.SENT, await self._show(adapter, row, card), "")
            self._pauses.clear(self._conversation)
        except PostRefusedError as error:
            gone = isinstance(error, ThreadGoneError)
            log.warning("post.thread_gone" if gone else "post.refused", post=row.post.key, reason=str(error))
            await self._refused(row, error)
            return True
        except RetryLaterError as error:
            self._later(row, error, error.retry_after)
        except (FencedError, StoreError):
            raise
        # The port: any other exception leaves it open whether the post was shown; the row stays `sending`.
        except Exception as error:
            self._later(row, error, None)
        return self._done is not None

    async def _show(self, adapter: ChatAdapter, row: OutboxRow, card: str | None) -> str:
        try:
            found = await self._find(adapter, row.post) if row.status is PostStatus.SENDING else None
            return found if found is not None else await adapter.post(row.post, update=card)
        except UnseenError as error:
            log.warning("post.items_unseen", post=row.post.key, items=error.items, reason=str(error))
            # Noted before the card is shown: from then on no words approve them either.
            post = await self._store.write(partial(self._hide, row.post, error))
        return await adapter.post(post, update=card)

    async def _find(self, adapter: ChatAdapter, post: Post) -> str | None:
        newest = await self._store.read(lambda records: records.outbox.sent_as(self._conversation))
        return await adapter.find(post, after=newest.platform_id if newest is not None else None)

    def _hide(self, post: Post, error: UnseenError, records: Records) -> Post:
        records.conversations.check_epoch(self._conversation, self._epoch)
        if post.request is not None:
            records.requests.decide(post.request.id, unseen=error.items)
        return _with_unseen(records, post, error.items)

    def _later(self, row: OutboxRow, error: Exception, retry_after: float | None) -> None:
        delay = self._pauses.rest(self._conversation, retry_after)
        if isinstance(error, HeldError):
            log.info("post.held", post=row.post.key, seconds=delay)
        else:
            log.warning("post.retried", post=row.post.key, seconds=delay, error=type(error).__name__)

    async def _ring_later(self, bell: Bell, at: datetime) -> None:
        await self._clock.sleep(max(0.0, (at - self._clock.now()).total_seconds()))
        bell.ring()


def _taking_first(
    work: Callable[[Records, Add], T], prepare: Callable[[Post], None], records: Records
) -> tuple[T, Taken | None]:
    """Do the work of a transaction, and take the first post that it adds, if nothing is unsent before that."""
    asked = False
    first: Taken | None = None

    def add(post: Post) -> None:
        nonlocal asked, first
        if asked:
            records.outbox.add(post)
            return
        asked, row = True, records.outbox.add(post, sending=True)
        if row is not None:
            first = _with_unshown(records, row), _replaced_card(records, post)

    result = work(records, add)
    if first is not None:
        # Last of all: the loop then works beside the commit, and not beside the statements.
        prepare(first[0].post)
    return result, first


def _replaced_card(records: Records, post: Post) -> str | None:
    """Return the platform's id of the card that this post replaces, if it does."""
    if post.request is None or post.turn is not None or post.key == card_key(post.request):
        return None
    card = records.outbox.sent_as(ThreadRef.parse(post.request.conversation).conversation, card_key(post.request))
    return card.platform_id if card is not None else None


def _with_unseen(records: Records, post: Post, also: Collection[int] = ()) -> Post:
    """Return a post about an approval with the items that nobody could be shown, as is known of them now."""
    current = records.requests.get(post.request.id) if post.request is not None else None
    if post.request is None or current is None:
        return post
    unseen = tuple(sorted({*post.request.unseen, *current.unseen, *also}))
    return replace(post, request=replace(post.request, unseen=unseen))


def _with_unshown(records: Records, row: OutboxRow) -> OutboxRow:
    """Return the post of a run's end with the turns that were refused: whoever is told of it elsewhere saw none."""
    if row.post.kind is not PostKind.ENDED or row.post.run is None:
        return row
    refused = records.outbox.of(row.post.run, status=PostStatus.REFUSED)
    turns = tuple(found.post.turn for found in refused if found.post.turn)
    return replace(row, post=replace(row.post, unshown=turns)) if turns else row
