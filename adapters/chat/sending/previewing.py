"""Live previews: what an agent is saying while it says it, or waits for before. Decoration: losing one loses nothing.

A preview is one message that changes, and in the end becomes its turn. It never appears above something that was
recorded before it, and what a process leaves behind when it dies is recognised by its mark.
"""

from __future__ import annotations

import asyncio
import uuid
from itertools import count
from typing import Generic, TypeVar

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.chat.sending.ended import Ended
from adapters.chat.sending.live import Live, Sighting
from adapters.chat.sending.screen import EVERY, Order, Screen, pause_after
from adapters.chat.sending.tidying import Key, Tidying
from bot.domain import Post, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

FIRST = 0.8
"""Seconds until something is shown: an answer that is ready by then needs no preview."""
STATUS_EVERY = 3.0
"""Seconds between two changes in a thread at least that say what agents wait for, however many of them wait."""
STATUS_ANEW = 300.0
"""Seconds until a thread whose status the platform lets nobody change any more is told one in a new message."""
WRITE_SECONDS = 5.0
"""How long one write may take: the turn that it becomes waits for it."""

L = TypeVar("L", bound=Live)


class Previewing(Generic[L]):
    """The live previews of this process, by thread and chat path."""

    def __init__(
        self,
        screen: Screen[L],
        order: Order,
        *,
        clock: Clock,
        background: Background,
        write_seconds: float = WRITE_SECONDS,
    ) -> None:
        self._screen = screen
        self._order = order
        self._clock = clock
        self._background = background
        self._write_seconds = write_seconds
        self._tidying = Tidying(screen, order, clock=clock, background=background)
        self._ended = Ended(screen, self._tidying, clock=clock, background=background)
        self._process = uuid.uuid4().hex
        self._numbers = count(1)
        self._live: dict[Key, L] = {}
        self._told: Recent[ThreadRef, float] = Recent()
        """When a thread is told last of those that wait in it, in seconds of the epoch."""
        self._voices: Recent[tuple[ThreadRef, str], tuple[str, bool]] = Recent()
        """The language and the demo sign of each agent's newest turn: what its next preview is drawn with."""

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty: its turn was recorded, or given up. Never blocks or raises."""
        if not text:
            self._over(thread, path)
        elif (live := self._of(thread, path, agent)) is not None:
            live.say(text)

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for, in place of what it has said so far; the next of its words takes its place.

        Empty: it waits no more, and nothing that is shown of it counts. Never blocks or raises.
        """
        if not text:
            self._over(thread, path, takes_back=True)
        elif (live := self._of(thread, path, agent)) is not None:
            live.wait(text)

    def _of(self, thread: ThreadRef, path: str, agent: str) -> L | None:
        key = (thread, self._order.path(path))
        live = self._live.get(key)
        if live is None and self._background.running:
            live = self._live[key] = self._new(thread, path, agent)
            self._follow(key, live)
        return live if self._background.running else None

    def _over(self, thread: ThreadRef, path: str, *, takes_back: bool = False) -> None:
        key = (thread, self._order.path(path))
        live = self._live.pop(key, None)
        if live is not None:
            self._ended.add(key, live, wordless=takes_back or live.waiting)

    async def claim(self, post: Post, name: str | None) -> str | None:
        """Return the message that shows a preview of a post's turn, ready to become it; None: there is none.

        Nothing of ours changes it any more. One that cannot become the turn is deleted instead: it stands above a
        newer post, where turns are shown in the order in which they were recorded; or under another name than this,
        which no change would change; or an edit of it may still arrive.
        """
        if post.turn is None:
            return None
        thread, key = post.thread, (post.thread, self._order.path(post.turn.path))
        self._voices[thread, post.turn.agent] = (post.language, post.turn.demo)
        live = self._ended.take(key) or self._live.pop(key, None)
        left = self._tidying.take(key)
        message, stands_as, unsure = None, None, False
        if live is not None:
            message, stands_as, unsure = await self._ended.finish(live), live.name, live.unsure
        if message is None and left is not None:
            message, stands_as = left.message, left.name
        if message is None or (not unsure and stands_as == name and self._tidying.is_newest(thread, message)):
            return message
        self.drop(thread, message, stands_as)
        return None

    def drop(self, thread: ThreadRef, message: str, name: str | None = None) -> None:
        """Have a preview deleted that becomes no turn."""
        self._tidying.drop(thread, message, name)

    def owe(self, thread: ThreadRef) -> None:
        """Let no new preview appear in a thread: something is recorded there and not shown yet."""
        self._ended.owed.add(thread)

    def paid(self, thread: ThreadRef, newest: str) -> None:
        """Let previews appear again: everything up to this message is shown (empty: it never will be)."""
        self._ended.owed.discard(thread)
        self._tidying.posted(thread, newest)

    def found(self, thread: ThreadRef, sighting: Sighting) -> None:
        """Take note of what a thread shows: previews that nobody here writes are used again, or deleted."""
        self._tidying.found(thread, sighting)

    def _new(self, thread: ThreadRef, path: str, agent: str) -> L:
        name = f"{self._process}-{next(self._numbers)}"
        language, demo = self._voices.get((thread, agent), ("en", False))
        live = Live(thread=thread, path=path, agent=agent, id=name, language=language, demo=demo)
        self._tidying.begun(live.id)
        return self._screen.begin(live)

    def _follow(self, key: Key, live: L) -> None:
        async def follow() -> None:
            await self._clock.sleep(FIRST)
            while not live.over:
                pause = await self._write(key, live)
                await self._clock.sleep(pause)
                await live.news.wait()

        self._background.start(follow)

    async def _write(self, key: Key, live: L) -> float:
        """Write what is new and return how long to leave it then."""
        if (pause := await self._held(key, live)) > 0:
            live.news.set()
            return pause
        try:
            await self._show(live)
        except (RetryLaterError, ConnectionError) as error:
            if isinstance(error, ConnectionError) and live.message is None:
                self._lose(live)
            live.news.set()
            return pause_after(error)
        except PostRefusedError as error:
            self._refused(key, live, error)
        if live.message is not None:
            self._tidying.shown(live.thread, live.message)
        elif not live.over:
            live.news.set()
        return EVERY

    async def _show(self, live: L) -> None:
        """Let the platform show what is new of a preview: one write at a time, and none for too long."""
        async with live.writing:
            if live.over:
                return
            try:
                async with asyncio.timeout(self._write_seconds):
                    await self._screen.write(live)
            except TimeoutError as error:
                raise ConnectionError("writing a preview took too long; it may be shown") from error
            if live.behind:
                live.news.set()

    async def _held(self, key: Key, live: L) -> float:
        """Return for how long a preview is left as it is at least; 0: it may be written."""
        if live.message is None and not await self._may_appear(key, live):
            return EVERY
        # Words that come meanwhile do not wait as long.
        return min(EVERY, self._until_told(live)) if live.waiting else 0.0

    def _until_told(self, live: L) -> float:
        """Return how long a preview has to wait until it may say what is waited for: one after the other may."""
        now = self._clock.now().timestamp()
        if live.turn is None:
            live.turn = max(now, self._told.get(live.thread, 0.0) + STATUS_EVERY)
            self._told[live.thread] = live.turn
        pause = live.turn - now
        live.turn = live.turn if pause > 0 else None
        return pause

    async def _may_appear(self, key: Key, live: L) -> bool:
        if live.thread in self._ended.owed or key in self._ended:
            return False
        await self._tidying.tidy(live.thread)
        left = self._tidying.take(key)
        if left is None:
            return True
        if left.name == self._screen.name_of(live) and self._tidying.is_newest(live.thread, left.message):
            live.message, live.name = left.message, left.name
        else:
            self.drop(live.thread, left.message, left.name)
        return True

    def _refused(self, key: Key, live: L, error: PostRefusedError) -> None:
        if live.tells and self._order.too_old(error) and self._live.get(key) is live:
            self._show_anew(key, live)
            return
        if self._order.lost(error):
            live.message = None
        self._lose(live)

    def _show_anew(self, key: Key, live: L) -> None:
        """Show what takes the place of a status in a message of its own: that of the status cannot be changed."""
        # What came while it was refused counts as well.
        live.collect()
        live.unsure = True  # It becomes no turn.
        self._ended.add(key, live, wordless=True)
        fresh = self._live[key] = self._new(live.thread, live.path, live.agent)
        if live.status:
            fresh.wait(live.status)
            # Where nothing can be changed for long, each change would be a new message.
            self._told[live.thread] = self._clock.now().timestamp() + STATUS_ANEW
        else:
            fresh.say(live.tail)
        self._follow(key, fresh)

    def _lose(self, live: L) -> None:
        """Write a preview no more; where its message is, if it is anywhere, only the thread knows."""
        live.end()
        if live.message is None:
            self._tidying.lost(live)
