"""Accepting: the one way from here to the inbox, whatever brought an event: words, buttons, forms, commands.

A stop or a mute does not wait for what was said before it (see `worker`), so it may come to the inbox first. It then
counts as it was meant: what was said before a stop begins nothing, and what was said before a mute ends no mute.
"""

from __future__ import annotations

from datetime import datetime

from adapters.slack.handling.pages import Pages
from adapters.slack.sending.recent import Recent
from bot.domain import Accepted, Conversation, Event, EventKind, Receipt, ThreadRef
from bot.ports import Inbox

_WORKED = frozenset({Accepted.STARTED, Accepted.ANSWERED, Accepted.FEEDBACK})
"""Outcomes after which the team has work."""


class Accepting:
    """Hands events to the inbox, and remembers in which threads replies count."""

    def __init__(self, inbox: Inbox, pages: Pages) -> None:
        self._inbox = inbox
        self._pages = pages
        self._begun: Recent[ThreadRef, None] = Recent()
        """Threads that have had a run and are not muted, as far as is known: the store is asked about others."""
        self._stops: Recent[ThreadRef, datetime] = Recent()
        self._mutes: Recent[ThreadRef, datetime] = Recent()

    def expect(self, kind: EventKind, thread: ThreadRef, at: datetime) -> None:
        """Let a stop or a mute count from now on, while its event is still being made."""
        noted = {EventKind.STOP: self._stops, EventKind.MUTE: self._mutes}.get(kind)
        if noted is not None:
            noted[thread] = max(at, noted.get(thread, at))

    async def accept(self, event: Event) -> Receipt:
        """Have the inbox record an event and everything it means; may be repeated.

        Raises:
            StoreError: Nothing happened.
        """
        self.expect(event.kind, event.thread, event.at)
        if event.kind is EventKind.MESSAGE and event.at < self._stops.get(event.thread, event.at):
            return Receipt(outcome=Accepted.IGNORED, conversation=event.thread.conversation)
        receipt = await self._inbox.accept(event)
        self._learn(event, receipt)
        muted_at = self._mutes.get(event.thread, event.at)
        if event.kind is EventKind.MESSAGE and event.addressed and event.at < muted_at:
            mute = Event(
                kind=EventKind.MUTE,
                delivery=f"{event.delivery}/mute",
                thread=event.thread,
                person=event.person,
                at=muted_at,
            )
            self._learn(mute, await self._inbox.accept(mute))
        return receipt

    async def listens(self, thread: ThreadRef) -> bool:
        """Return whether replies count in a thread that do not name the bot.

        Raises:
            StoreError: That cannot be read.
        """
        if thread in self._begun:
            return True
        found = await self._look_up(thread)
        return found is not None and not found.muted

    async def begun(self, thread: ThreadRef) -> bool:
        """Return whether a run has begun in a thread, at whatever time.

        Raises:
            StoreError: That cannot be read.
        """
        if thread in self._begun:
            return True
        found = await self._look_up(thread)
        return found is not None and found.run is not None

    async def _look_up(self, thread: ThreadRef) -> Conversation | None:
        found = await self._inbox.conversation(thread)
        if found is not None and found.run is not None and not found.muted:
            self._begun[thread] = None
        return found

    def _learn(self, event: Event, receipt: Receipt) -> None:
        if event.kind is EventKind.MUTE or (event.kind is EventKind.MESSAGE and receipt.outcome is Accepted.IGNORED):
            self._begun.pop(event.thread, None)
        elif receipt.run is not None:
            self._begun[event.thread] = None
        if receipt.outcome in _WORKED:
            self._pages.working(event.thread)
