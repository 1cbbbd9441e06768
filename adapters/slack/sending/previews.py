"""Live previews: what an agent is saying, while it says it. Decoration: losing one loses nothing.

A preview is one message that changes, and in the end becomes its turn. It never appears above something that was
recorded before it, and what a process leaves behind when it dies is recognised by its mark.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import count

import structlog

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.slack.sending.live import Live, Shown
from adapters.slack.sending.marks import LeftOver, moment, survey
from adapters.slack.sending.sender import LOST, Sender
from adapters.slack.sending.uploads import Place
from adapters.slack.web.reading import Reading
from adapters.slack.web.refusals import code_of
from bot.domain import Json, Post, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

log = structlog.get_logger()

FIRST = 0.8
"""Seconds until something is shown: an answer that is ready by then needs no preview."""
EVERY = 1.2
"""Seconds between two changes of a message at least."""
UNCLAIMED = 20.0
"""Seconds that a preview whose turn is recorded, or given up, waits for its post; then it is deleted."""
LONGEST_PAUSE = 30.0
"""Seconds that a preview rests at most when Slack asks to wait."""
CLOCKS_DIFFER = 60.0
"""Seconds by which Slack's clock and ours may differ."""

Key = tuple[ThreadRef, str]


class Previews:
    """The live previews of this process, by thread and chat path."""

    def __init__(self, shown: Shown, *, sender: Sender, reading: Reading, clock: Clock, background: Background) -> None:
        self._shown = shown
        self._sender = sender
        self._reading = reading
        self._clock = clock
        self._background = background
        self._process = uuid.uuid4().hex
        self._numbers = count(1)
        self._started = clock.now().timestamp()
        self._live: dict[Key, Live] = {}
        self._ended: dict[Key, Live] = {}
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
        """The `ts` of the newest post in each thread."""
        self._voices: Recent[tuple[ThreadRef, str], tuple[str, bool]] = Recent()
        """The language and the demo sign of each agent's newest turn: what its next preview is drawn with."""
        self._tidied: Recent[ThreadRef, None] = Recent()
        """Threads that were read since this process began."""
        self._untidy: set[ThreadRef] = set()
        """Threads in which a preview of this process may stand whose message it does not know."""

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty: its turn was recorded, or given up. Never blocks or raises."""
        key = (thread, path)
        live = self._live.get(key)
        if not text:
            if live is not None:
                self._end(key, live)
            return
        if not self._background.running:
            return
        if live is None:
            live = self._live[key] = self._new(thread, path, agent)
            self._follow(key, live)
        live.say(text)

    async def claim(self, post: Post, name: str | None) -> str | None:
        """Return the message that shows a preview of a post's turn, ready to become it; None: there is none.

        Nothing of ours changes it any more. One that cannot become the turn is deleted instead: it stands above a
        newer post, where turns are shown in the order in which they were recorded; or under another name than this,
        which no change would change; or an edit of it may still arrive.
        """
        if post.turn is None:
            return None
        thread, key = post.thread, (post.thread, post.turn.path)
        self._voices[thread, post.turn.agent] = (post.language, post.turn.demo)
        live = self._ended.pop(key, None) or self._live.pop(key, None)
        left = self._left.pop(key, None)
        ts, stands_as, unsure = None, None, False
        if live is not None:
            ts, stands_as, unsure = await self._finish(live), live.name, live.unsure
        if ts is None and left is not None:
            ts, stands_as = left.ts, left.name
        if ts is None or (not unsure and stands_as == name and self._is_newest(thread, ts)):
            return ts
        self.drop(thread, ts)
        return None

    def _is_newest(self, thread: ThreadRef, ts: str) -> bool:
        self._used[thread, ts] = None
        return moment(ts) > moment(self._newest.get(thread, ""))

    def drop(self, thread: ThreadRef, ts: str) -> None:
        """Have a preview deleted that becomes no turn."""
        self._used[thread, ts] = None

        async def delete() -> None:
            for _ in range(5):
                try:
                    await self._sender.delete(place_of(thread), ts)
                    break
                except (RetryLaterError, ConnectionError) as error:
                    await self._clock.sleep(_pause(error))

        self._background.start(delete)

    def owe(self, thread: ThreadRef) -> None:
        """Let no new preview appear in a thread: something is recorded there and not shown yet."""
        self._owed.add(thread)

    def paid(self, thread: ThreadRef, newest: str) -> None:
        """Let previews appear again: everything up to this `ts` is shown (empty: it never will be)."""
        self._owed.discard(thread)
        if newest:
            self._newest[thread] = newest = max(newest, self._newest.get(thread, ""), key=moment)
            self._shed(thread, newest)
        if not self._is_tidy(thread):
            self._background.start(lambda: self._tidy(thread))

    def _shed(self, thread: ThreadRef, newest: str) -> None:
        """Delete what is left over above a newer post: no turn can use it any more."""
        for key, left in [*self._left.items()]:
            if key[0] == thread and moment(left.ts) < moment(newest):
                del self._left[key]
                self.drop(thread, left.ts)

    def found(self, thread: ThreadRef, messages: Iterable[Json]) -> None:
        """Take note of what a thread shows: previews that nobody here writes are used again, or deleted."""
        direct = thread.channel.startswith("D")
        read = survey(messages, "", streams=direct and thread not in self._shown.opening)
        newest = max(read.newest, self._newest.get(thread, ""), key=moment)
        self._tidied[thread] = None
        self._untidy.discard(thread)
        for left in read.previews:
            if left.id in self._known or (thread, left.ts) in self._used:
                continue
            if left.path and moment(left.ts) > moment(newest) and (thread, left.path) not in self._left:
                self._left[thread, left.path] = left
            else:
                self.drop(thread, left.ts)

    def _new(self, thread: ThreadRef, path: str, agent: str) -> Live:
        name = f"{self._process}-{next(self._numbers)}"
        self._known.add(name)
        language, demo = self._voices.get((thread, agent), ("en", False))
        place = place_of(thread)
        return Live(thread=thread, place=place, path=path, agent=agent, id=name, language=language, demo=demo)

    def _follow(self, key: Key, live: Live) -> None:
        async def follow() -> None:
            await self._clock.sleep(FIRST)
            while not live.over:
                pause = await self._write(key, live)
                await self._clock.sleep(pause)
                await live.news.wait()

        self._background.start(follow)

    async def _write(self, key: Key, live: Live) -> float:
        """Write what is new and return how long to leave it then."""
        if live.ts is None and not await self._may_appear(key, live):
            live.news.set()
            return EVERY
        try:
            await self._shown.write(live)
        except (RetryLaterError, ConnectionError) as error:
            if isinstance(error, ConnectionError) and live.ts is None:
                self._lose(live)
            live.news.set()
            return _pause(error)
        except PostRefusedError as error:
            if code_of(error) in LOST:
                live.ts = None
            self._lose(live)
        if live.ts is not None:
            self._used[live.thread, live.ts] = None
        elif not live.over:
            live.news.set()
        return EVERY

    async def _may_appear(self, key: Key, live: Live) -> bool:
        if live.thread in self._owed or key in self._ended:
            return False
        if not self._is_tidy(live.thread):
            await self._tidy(live.thread)
        left = self._left.pop(key, None)
        if left is not None and left.name == self._shown.name_of(live) and self._is_newest(live.thread, left.ts):
            live.ts, live.name = left.ts, left.name
        elif left is not None:
            self.drop(live.thread, left.ts)
        return True

    def _lose(self, live: Live) -> None:
        """Write a preview no more; where its message is, if it is anywhere, only the thread knows."""
        live.end()
        if live.ts is None:
            self._known.discard(live.id)
            self._untidy.add(live.thread)

    def _end(self, key: Key, live: Live) -> None:
        del self._live[key]
        live.end()
        if live.ts is None and not live.writing.locked():
            self._known.discard(live.id)
            return
        older = self._ended.get(key)
        self._ended[key] = live
        if older is not None and older.ts is not None:
            self.drop(key[0], older.ts)
        self._background.start(lambda: self._expire(key, live))

    async def _expire(self, key: Key, live: Live) -> None:
        await self._clock.sleep(UNCLAIMED)
        while self._ended.get(key) is live and key[0] in self._owed:
            await self._clock.sleep(UNCLAIMED)
        if self._ended.get(key) is live:
            del self._ended[key]
            ts = await self._finish(live)
            if ts is not None:
                self.drop(key[0], ts)

    async def _finish(self, live: Live) -> str | None:
        ts = await self._shown.finish(live)
        if ts is not None:
            self._used[live.thread, ts] = None
            self._known.discard(live.id)
        return ts

    def _is_tidy(self, thread: ThreadRef) -> bool:
        """Whether nothing can stand there that nobody writes: no thread is older than its root."""
        if thread in self._untidy:
            return False
        return thread in self._tidied or moment(thread.thread)[0] > self._started + CLOCKS_DIFFER

    async def _tidy(self, thread: ThreadRef) -> None:
        if not self._reading.has_room(thread.workspace, thread.channel):
            return
        try:
            messages = await self._reading.thread(thread.workspace, thread.channel, thread.thread)
        except (RetryLaterError, ConnectionError, PostRefusedError) as error:
            log.info("slack.not_tidied", thread=str(thread), error=type(error).__name__)
            return
        self.found(thread, messages)


def place_of(thread: ThreadRef) -> Place:
    """Return where a thread's posts are shown."""
    return Place(workspace=thread.workspace, channel=thread.channel, thread=thread.thread)


def _pause(error: Exception) -> float:
    asked = error.retry_after if isinstance(error, RetryLaterError) else None
    return min(LONGEST_PAUSE, max(EVERY, asked if asked is not None else EVERY))
