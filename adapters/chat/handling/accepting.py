"""Accepting: the one way from a platform to the inbox, whatever brought an event: words, buttons, forms, commands."""

from __future__ import annotations

from collections.abc import Callable

from adapters.chat.recent import Recent
from bot.domain import Accepted, Conversation, Event, EventKind, Receipt, ThreadRef
from bot.ports import Inbox

_WORKED = frozenset({Accepted.STARTED, Accepted.ANSWERED, Accepted.FEEDBACK})
"""Outcomes after which the team has work."""


class Accepting:
    """Hands events to the inbox, and remembers in which threads replies count."""

    def __init__(self, inbox: Inbox, working: Callable[[ThreadRef], None]) -> None:
        """Accept.

        Args:
            inbox: Where events are recorded.
            working: Told the thread when a team begins, or goes on, to work in it; it never blocks.
        """
        self._inbox = inbox
        self._working = working
        self._begun: Recent[ThreadRef, None] = Recent()
        """Threads that have had a run and are not muted, as far as is known: the store is asked about others."""

    async def accept(self, event: Event) -> Receipt:
        """Have the inbox record an event and everything it means; may be repeated.

        Raises:
            StoreError: Nothing happened.
        """
        receipt = await self._inbox.accept(event)
        if event.kind is EventKind.MUTE or (event.kind is EventKind.MESSAGE and receipt.outcome is Accepted.IGNORED):
            self._begun.pop(event.thread, None)
        if receipt.outcome in _WORKED:
            self._working(event.thread)
        return receipt

    async def know(self, adapter: str, place: str, position: int) -> None:
        """Have a place known before anything was said there: what is said while the bot is away is then looked for.

        Raises:
            StoreError: It was not recorded.
        """
        await self._inbox.note(adapter, place, position)

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
