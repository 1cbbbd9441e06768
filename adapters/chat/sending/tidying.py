"""What previews leave in threads: told by its mark, it is used again by the next one of its path, or deleted."""

from __future__ import annotations

from typing import Generic, TypeVar

import structlog

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.chat.sending.live import LeftOver, Live, Sighting
from adapters.chat.sending.screen import Order, Screen, pause_after
from bot.domain import ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

log = structlog.get_logger()

CLOCKS_DIFFER = 60.0
"""Seconds by which the platform's clock and ours may differ."""

L = TypeVar("L", bound=Live)
Key = tuple[ThreadRef, str]
"""A thread, and a chat path in it as marks name it."""


class Tidying(Generic[L]):
    """Knows which previews stand in threads and are this process's own; what else stands there is tidied up."""

    def __init__(self, screen: Screen[L], order: Order, *, clock: Clock, background: Background) -> None:
        self._screen = screen
        self._order = order
        self._clock = clock
        self._background = background
        self._started = clock.now().timestamp()
        self._own: set[str] = set()
        """The marks of this process's previews whose message is known, or will be."""
        self._used: Recent[tuple[ThreadRef, str], None] = Recent()
        """Messages that are, or were, previews of this process: never taken for something left over."""
        self._left: dict[Key, LeftOver] = {}
        """What an earlier process left, for the next preview or turn of the same path."""
        self._newest: Recent[ThreadRef, str] = Recent()
        """The newest post in each thread."""
        self._tidied: Recent[ThreadRef, None] = Recent()
        """Threads that were read since this process began."""
        self._untidy: set[ThreadRef] = set()
        """Threads in which a preview of this process may stand whose message it does not know."""

    def begun(self, mark: str) -> None:
        """Take note of a preview of this process: what has this mark is its own."""
        self._own.add(mark)

    def shown(self, thread: ThreadRef, message: str) -> None:
        """Take note of the message that shows a preview of this process."""
        self._used[thread, message] = None

    def over(self, mark: str) -> None:
        """Take note that a preview of this process is no more: its message is known, or it has none."""
        self._own.discard(mark)

    def lost(self, live: L) -> None:
        """Take note of a preview whose message, if there is one, only its thread knows."""
        self._own.discard(live.id)
        self._untidy.add(live.thread)

    def take(self, key: Key) -> LeftOver | None:
        """Return what an earlier process left of a path, to be used again now or dropped; None: nothing."""
        return self._left.pop(key, None)

    def is_newest(self, thread: ThreadRef, message: str) -> bool:
        """Whether a preview stands below every post of its thread: only there it can become a turn."""
        self.shown(thread, message)
        return self._order.moment(message) > self._order.moment(self._newest.get(thread, ""))

    def drop(self, thread: ThreadRef, message: str, name: str | None = None) -> None:
        """Have a preview deleted that becomes no turn."""
        self.shown(thread, message)

        async def delete() -> None:
            for _ in range(5):
                try:
                    await self._screen.delete(thread, message, name)
                    break
                except (RetryLaterError, ConnectionError) as error:
                    await self._clock.sleep(pause_after(error))

        self._background.start(delete)

    def posted(self, thread: ThreadRef, newest: str) -> None:
        """Take note of a thread's newest post (empty: there is none to know of): what is left above it is deleted."""
        if newest:
            self._newest[thread] = newest = self._newer(thread, newest)
            self._shed(thread, newest)
        if not self._is_tidy(thread):
            self._background.start(lambda: self._read(thread))

    def found(self, thread: ThreadRef, sighting: Sighting) -> None:
        """Take note of what a thread shows: previews that nobody here writes are used again, or deleted."""
        newest = self._newer(thread, sighting.newest)
        if sighting.whole:
            self._tidied[thread] = None
            self._untidy.discard(thread)
        moment = self._order.moment
        for left in sighting.previews:
            if left.id in self._own or (thread, left.message) in self._used:
                continue
            if left.path and moment(left.message) > moment(newest) and (thread, left.path) not in self._left:
                self._left[thread, left.path] = left
            else:
                self.drop(thread, left.message, left.name)

    async def tidy(self, thread: ThreadRef) -> None:
        """Read a thread in which something may stand that nobody writes; nothing is known of it where that fails."""
        if not self._is_tidy(thread):
            await self._read(thread)

    async def _read(self, thread: ThreadRef) -> None:
        try:
            sighting = await self._screen.read(thread)
        except (RetryLaterError, ConnectionError, PostRefusedError) as error:
            log.info("chat.not_tidied", thread=str(thread), error=type(error).__name__)
            return
        if sighting is not None:
            self.found(thread, sighting)

    def _is_tidy(self, thread: ThreadRef) -> bool:
        """Whether nothing can stand there that nobody writes: no thread is older than its beginning."""
        if thread in self._untidy:
            return False
        return thread in self._tidied or self._order.begun(thread) > self._started + CLOCKS_DIFFER

    def _newer(self, thread: ThreadRef, message: str) -> str:
        return max(message, self._newest.get(thread, ""), key=self._order.moment)

    def _shed(self, thread: ThreadRef, newest: str) -> None:
        """Delete what is left over above a newer post: no turn can use it any more."""
        moment = self._order.moment
        for key, left in [*self._left.items()]:
            if key[0] == thread and moment(left.message) < moment(newest):
                del self._left[key]
                self.drop(thread, left.message, left.name)
