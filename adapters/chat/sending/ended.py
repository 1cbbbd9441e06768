"""Previews that are over: each waits for the post of its turn, and is deleted when none has claimed it for a while."""

from __future__ import annotations

from typing import Generic, TypeVar

from adapters.chat.background import Background
from adapters.chat.sending.live import Live
from adapters.chat.sending.screen import Screen
from adapters.chat.sending.tidying import Key, Tidying
from bot.domain import ThreadRef
from bot.ports import Clock

UNCLAIMED = 20.0
"""Seconds that a preview whose turn is recorded, or given up, waits for its post; then it is deleted."""
WORDLESS = 1.2
"""Seconds that one waits for it which shows no words of a turn, only what was waited for and no more is."""

L = TypeVar("L", bound=Live)


class Ended(Generic[L]):
    """The previews of this process whose turn is recorded or given up, until a post claims them."""

    def __init__(self, screen: Screen[L], tidying: Tidying[L], *, clock: Clock, background: Background) -> None:
        self._screen = screen
        self._tidying = tidying
        self._clock = clock
        self._background = background
        self._previews: dict[Key, L] = {}
        self.owed: set[ThreadRef] = set()
        """Threads with a recorded post that is not shown yet: its preview may be among these."""

    def __contains__(self, key: Key) -> bool:
        """Whether a preview of a path waits for its post."""
        return key in self._previews

    def add(self, key: Key, live: L, *, wordless: bool) -> None:
        """End a preview; one that no message shows needs no post."""
        live.end()
        if live.message is None and not live.writing.locked():
            self._tidying.over(live.id)
            return
        older = self._previews.get(key)
        self._previews[key] = live
        if older is not None and older.message is not None:
            self._tidying.drop(key[0], older.message, older.name)
        self._background.start(lambda: self._expire(key, live, wordless=wordless))

    def take(self, key: Key) -> L | None:
        """Return a path's preview, which waits no more; None: there is none."""
        return self._previews.pop(key, None)

    async def finish(self, live: L) -> str | None:
        """Return a preview's message once nothing of ours changes it any more; None: no message is known to show it."""
        live.end()
        async with live.writing:
            message = await self._screen.finish(live)
        if message is not None:
            self._tidying.shown(live.thread, message)
            self._tidying.over(live.id)
        return message

    async def _expire(self, key: Key, live: L, *, wordless: bool) -> None:
        await self._clock.sleep(WORDLESS if wordless else UNCLAIMED)
        while self._previews.get(key) is live and key[0] in self.owed and not wordless:
            await self._clock.sleep(UNCLAIMED)
        if self._previews.get(key) is live:
            del self._previews[key]
            message = await self.finish(live)
            if message is not None:
                self._tidying.drop(key[0], message, live.name)
