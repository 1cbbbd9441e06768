"""Live previews: what an agent is saying while it says it, or waits for before. Decoration: losing one loses nothing.

A preview is one message that changes, and in the end becomes its turn. It never appears above something that was
recorded before it, and what a process leaves behind when it dies is recognised by its mark.
"""

from __future__ import annotations

import uuid
from itertools import count
from typing import Generic, TypeVar

import structlog

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.chat.sending.live import LeftOver, Live, Sighting
from adapters.chat.sending.screen import Order, Screen
from bot.domain import Post, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

log = structlog.get_logger()

FIRST = 0.8
"""Seconds until something is shown: an answer that is ready by then needs no preview."""
EVERY = 1.2
"""Seconds between two changes of a message at least."""
STATUS_EVERY = 3.0
"""Seconds between two changes in a thread at least that say what agents wait for, however many of them wait."""
STATUS_ANEW = 300.0
"""Seconds until a thread whose status the platform lets nobody change any more is told one in a new message."""
UNCLAIMED = 20.0
"""Seconds that a preview whose turn is recorded, or given up, waits for its post; then it is deleted."""
WORDLESS = 1.2
"""Seconds that one waits for it which shows no words of a turn, only what was waited for and no more is."""
LONGEST_PAUSE = 30.0
"""Seconds that a preview rests at most when the platform asks to wait."""
CLOCKS_DIFFER = 60.0
"""Seconds by which the platform's clock and ours may differ."""

L = TypeVar("L", bound=Live)
Key = tuple[ThreadRef, str]


class Previewing(Generic[L]):
    """The live previews of this process, by thread and chat path."""

    def __init__(self, screen: Screen[L], order: Order, *, clock: Clock, background: Background) -> None:
        self._screen = screen
        self._order = order
        self._clock = clock
        self._background = background
        self._process = uuid.uuid4().hex
        self._numbers = count(1)
        self._started = clock.now().timestamp()
        self._live: dict[Key, L] = {}
        self._ended: dict[Key, L] = {}
        """Previews whose turn is recorded or given up, until a post claims them."""
        self._known: set[str] = set()
        """The marks of this process's previews whose message is known, or will be."""
        self._used: Recent[tuple[ThreadRef, str], None] = Recent()
        """Messages that are, or were, previews of this process: never taken for something left over."""
        self._left: dict[Key, LeftOver] = {}
        """What an earlier process left, for the next preview or turn of the same path."""
        self._owed: set[ThreadRef] = set()
        """Threads with a recorded post that is not shown yet: no preview may appear above it."""
        self._newest: Recent[ThreadRef, str] = Recent()
        """The newest post in each thread."""
        self._told: Recent[ThreadRef, float] = Recent()
        """When a thread is told last of those that wait in it, in seconds of the epoch."""
        self._voices: Recent[tuple[ThreadRef, str], tuple[str, bool]] = Recent()
        """The language and the demo sign of each agent's newest turn: what its next preview is drawn with."""
        self._tidied: Recent[ThreadRef, None] = Recent()
        """Threads that were read since this process began."""
        self._untidy: set[ThreadRef] = set()
        """Threads in which a preview of this process may stand whose message it does not know."""

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
        live = self._live.get(key)
        if live is not None:
            self._end(key, live, wordless=takes_back or live.waiting)

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
        live = self._ended.pop(key, None) or self._live.pop(key, None)
        left = self._left.pop(key, None)
        message, stands_as, unsure = None, None, False
        if live is not None:
            message, stands_as, unsure = await self._finish(live), live.name, live.unsure
        if message is None and left is not None:
            message, stands_as = left.message, left.name
        if message is None or (not unsure and stands_as == name and self._is_newest(thread, message)):
            return message
        self.drop(thread, message, stands_as)
        return None

    def _is_newest(self, thread: ThreadRef, message: str) -> bool:
        self._used[thread, message] = None
        return self._order.moment(message) > self._order.moment(self._newest.get(thread, ""))

    def drop(self, thread: ThreadRef, message: str, name: str | None = None) -> None:
        """Have a preview deleted that becomes no turn."""
        self._used[thread, message] = None

        async def delete() -> None:
            for _ in range(5):
                try:
                    await self._screen.delete(thread, message, name)
                    break
                except (RetryLaterError, ConnectionError) as error:
                    await self._clock.sleep(_pause(error))

        self._background.start(delete)

    def owe(self, thread: ThreadRef) -> None:
        """Let no new preview appear in a thread: something is recorded there and not shown yet."""
        self._owed.add(thread)

    def paid(self, thread: ThreadRef, newest: str) -> None:
        """Let previews appear again: everything up to this message is shown (empty: it never will be)."""
        self._owed.discard(thread)
        if newest:
            self._newest[thread] = newest = self._newer(thread, newest)
            self._shed(thread, newest)
        if not self._is_tidy(thread):
            self._background.start(lambda: self._tidy(thread))

    def _newer(self, thread: ThreadRef, message: str) -> str:
        return max(message, self._newest.get(thread, ""), key=self._order.moment)

    def _shed(self, thread: ThreadRef, newest: str) -> None:
        """Delete what is left over above a newer post: no turn can use it any more."""
        moment = self._order.moment
        for key, left in [*self._left.items()]:
            if key[0] == thread and moment(left.message) < moment(newest):
                del self._left[key]
                self.drop(thread, left.message, left.name)

    def found(self, thread: ThreadRef, sighting: Sighting) -> None:
        """Take note of what a thread shows: previews that nobody here writes are used again, or deleted."""
        newest = self._newer(thread, sighting.newest)
        if sighting.whole:
            self._tidied[thread] = None
            self._untidy.discard(thread)
        moment = self._order.moment
        for left in sighting.previews:
            if left.id in self._known or (thread, left.message) in self._used:
                continue
            if left.path and moment(left.message) > moment(newest) and (thread, left.path) not in self._left:
                self._left[thread, left.path] = left
            else:
                self.drop(thread, left.message, left.name)

    def _new(self, thread: ThreadRef, path: str, agent: str) -> L:
        name = f"{self._process}-{next(self._numbers)}"
        self._known.add(name)
        language, demo = self._voices.get((thread, agent), ("en", False))
        return self._screen.begin(Live(thread=thread, path=path, agent=agent, id=name, language=language, demo=demo))

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
            await self._screen.write(live)
        except (RetryLaterError, ConnectionError) as error:
            if isinstance(error, ConnectionError) and live.message is None:
                self._lose(live)
            live.news.set()
            return _pause(error)
        except PostRefusedError as error:
            self._refused(key, live, error)
        if live.message is not None:
            self._used[live.thread, live.message] = None
        elif not live.over:
            live.news.set()
        return EVERY

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
        if live.thread in self._owed or key in self._ended:
            return False
        if not self._is_tidy(live.thread):
            await self._tidy(live.thread)
        left = self._left.pop(key, None)
        if left is not None and left.name == self._screen.name_of(live) and self._is_newest(live.thread, left.message):
            live.message, live.name = left.message, left.name
        elif left is not None:
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
        self._end(key, live, wordless=True)
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
            self._known.discard(live.id)
            self._untidy.add(live.thread)

    def _end(self, key: Key, live: L, *, wordless: bool) -> None:
        del self._live[key]
        live.end()
        if live.message is None and not live.writing.locked():
            self._known.discard(live.id)
            return
        older = self._ended.get(key)
        self._ended[key] = live
        if older is not None and older.message is not None:
            self.drop(key[0], older.message, older.name)
        self._background.start(lambda: self._expire(key, live, wordless=wordless))

    async def _expire(self, key: Key, live: L, *, wordless: bool) -> None:
        await self._clock.sleep(WORDLESS if wordless else UNCLAIMED)
        while self._ended.get(key) is live and key[0] in self._owed and not wordless:
            await self._clock.sleep(UNCLAIMED)
        if self._ended.get(key) is live:
            del self._ended[key]
            message = await self._finish(live)
            if message is not None:
                self.drop(key[0], message, live.name)

    async def _finish(self, live: L) -> str | None:
        message = await self._screen.finish(live)
        if message is not None:
            self._used[live.thread, message] = None
            self._known.discard(live.id)
        return message

    def _is_tidy(self, thread: ThreadRef) -> bool:
        """Whether nothing can stand there that nobody writes: no thread is older than its beginning."""
        if thread in self._untidy:
            return False
        return thread in self._tidied or self._order.begun(thread) > self._started + CLOCKS_DIFFER

    async def _tidy(self, thread: ThreadRef) -> None:
        try:
            sighting = await self._screen.read(thread)
        except (RetryLaterError, ConnectionError, PostRefusedError) as error:
            log.info("chat.not_tidied", thread=str(thread), error=type(error).__name__)
            return
        if sighting is not None:
            self.found(thread, sighting)


def _pause(error: Exception) -> float:
    asked = error.retry_after if isinstance(error, RetryLaterError) else None
    return min(LONGEST_PAUSE, max(EVERY, asked if asked is not None else EVERY))
