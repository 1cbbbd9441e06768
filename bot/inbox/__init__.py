"""The inbox: what an event means, and the one transaction that records it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

import structlog

from bot.budgets import Budgets
from bot.domain import Accepted, Conversation, Delivery, Event, Receipt, Run, RunStatus, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.inbox.accept import Acceptance
from bot.inbox.known import Rules
from bot.inbox.languages import Languages
from bot.inbox.pins import write_pinned
from bot.inbox.runs import log_end
from bot.permissions import Permissions
from bot.ports import ChatAdapter, Clock, Engine, Records, Store, Teams

__all__ = ["Inbox"]

SEEN_SECONDS = 1.0
"""How long marking a message as seen may keep its acknowledgement waiting: the mark is decoration."""

LOG_SECONDS = 0.02
"""How long the log's line about what was accepted lets the step that it has begun go first."""

_SILENT = frozenset({Accepted.DUPLICATE, Accepted.KEPT, Accepted.CHANGED, Accepted.IGNORED, Accepted.MUTED})
"""Outcomes that leave nothing to do: the step that is working finds kept messages by itself."""

log = structlog.get_logger()


class Inbox:
    """The one door for what people said; keeps the promises of the port `bot.ports.Inbox`.

    A receipt's text stands in the thread as well when the event was a message; after a button, a stop or a mute
    it is for the adapter to show, to that person alone where the platform can.
    """

    def __init__(  # noqa: PLR0913 - what an inbox works with, each by its name
        self,
        *,
        store: Store,
        teams: Teams,
        engine: Engine,
        clock: Clock,
        adapters: Mapping[str, ChatAdapter],
        default_team: str,
        language: str = "en",
        workspace_languages: Mapping[str, str] | None = None,
        permissions: Permissions | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self._store = store
        self._teams = teams
        self._engine = engine
        self._clock = clock
        self._adapters = adapters
        self._rules = Rules(
            languages=Languages(setting=language, workspaces=workspace_languages or {}),
            default_team=default_team,
            permissions=permissions or Permissions(),
            budgets=budgets or Budgets(),
        )

    async def accept(self, event: Event) -> Receipt:
        """Record an event and everything it means, in one transaction, and wake the conversation."""
        acceptance = Acceptance(event, rules=self._rules, now=self._clock.now())
        person = f"{event.thread.adapter}:{event.thread.workspace}:{event.person.id}"
        async with self._engine.claim(event.thread.conversation, person=person) as claim:
            work = partial(acceptance.work, claim=claim)
            receipt = await write_pinned(self._store, self._teams, work, self._rules.permissions, self._rules.budgets)
            if claim is not None and acceptance.begun:
                await claim.go_on()
        _log_later(receipt) if acceptance.begun else _log(receipt)
        if acceptance.stopped is not None:
            await self._end(acceptance.stopped)
        if receipt.outcome not in _SILENT and not acceptance.begun:
            await self._engine.wake(receipt.conversation, person=person)
        if receipt.outcome is Accepted.KEPT:
            await self._mark_seen(event)
        return receipt

    async def receive(self, delivery: Delivery) -> bool:
        """Record a delivery as it came, before it is understood; False when it is known already."""
        # The platform waits for it, and it follows from nothing that is still to be recorded.
        return await self._store.write(partial(_receive, delivery), first=True)

    async def unhandled(self, adapter: str) -> list[Delivery]:
        """Return the deliveries that were received and not handled, oldest first; each is tried once more."""
        return await self._store.write(lambda records: records.deliveries.take(adapter))

    async def handled(self, delivery: Delivery) -> None:
        """Forget the body of a delivery: all that follows from it is recorded. Its id stays known for a week."""
        # Patient: nobody waits for it, and what arrives meanwhile is to be acknowledged.
        await self._store.write(lambda records: records.deliveries.done(delivery.adapter, delivery.id), patient=True)

    async def places(self, adapter: str) -> dict[str, int]:
        """Return the places that are known, each with the position up to which everything there is recorded."""
        return await self._store.read(lambda records: records.places.of(adapter))

    async def note(self, adapter: str, place: str, position: int) -> None:
        """Know a place, and that everything up to this position is recorded there; a position only rises."""
        await self._store.write(lambda records: records.places.note(adapter, place, position), patient=True)

    async def leave(self, adapter: str, place: str) -> None:
        """Forget a place that is gone."""
        await self._store.write(lambda records: records.places.drop(adapter, place), patient=True)

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        """Return what is recorded of a thread; None: the bot has no part in it."""
        return await self._store.read(lambda records: records.conversations.get(thread.conversation))

    async def _end(self, stopped: Run) -> None:
        log_end(stopped, RunStatus.CANCELLED, self._clock.now())
        await self._engine.interrupt(stopped.conversation)
        await self._teams.forget(stopped.id)

    async def _mark_seen(self, event: Event) -> None:
        adapter = self._adapters.get(event.thread.adapter)
        if adapter is None:
            return
        try:
            async with asyncio.timeout(SEEN_SECONDS):
                await adapter.seen(event)
        except (TimeoutError, OSError, RetryLaterError, PostRefusedError) as error:
            log.warning("event.not_marked_seen", conversation=event.thread.conversation, error=type(error).__name__)


def _receive(delivery: Delivery, records: Records) -> bool:
    # The position also when it is known: then it was heard a second time, by whoever catches up.
    if delivery.place:
        records.places.note(delivery.adapter, delivery.place, delivery.position)
    return records.deliveries.add(delivery)


def _log_later(receipt: Receipt) -> None:
    """Let the step go first, which people wait for: a line of the log takes longer than waking it."""
    asyncio.get_running_loop().call_later(LOG_SECONDS, _log, receipt)


def _log(receipt: Receipt) -> None:
    # What people say among themselves is no line of the log either.
    if receipt.outcome is not Accepted.IGNORED:
        facts = {"conversation": receipt.conversation, "run": receipt.run, "outcome": receipt.outcome.value}
        log.info("event.accepted", **facts)
