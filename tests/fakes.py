"""Working stand-ins for the outside: a thread, teams that follow a script, and virtual time.

They keep the ports' promises; the contract suites in tests/contract run over them as over the real ones.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Literal

from bot.domain import (
    Attachment,
    Event,
    EventKind,
    Person,
    Post,
    PostKind,
    Receipt,
    RequestId,
    Said,
    ThreadRef,
)
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError
from bot.ports import Inbox

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

Trouble = Literal["refuse", "gone", "limit", "drop_after", "drop_before", "hang"]


class FakeClock:
    """Virtual time: it passes only when a test says so."""

    def __init__(self) -> None:
        self._now = START
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        sleeper = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), sleeper))
        await sleeper

    @property
    def sleeping(self) -> int:
        """How many sleep now."""
        return sum(not sleeper.done() for _, _, sleeper in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Let time pass in up to 10 slices, each time letting those that slept do what they do then."""
        slices = max(1, min(10, int(seconds * 2)))
        end = self._now + timedelta(seconds=seconds)
        for number in range(slices, 0, -1):
            self._now = end - timedelta(seconds=seconds) * ((number - 1) / slices)
            await self._wake(patience=100 if number > 1 else 1000)

    async def _wake(self, patience: int) -> None:
        """Wake who is due, and wait until as many sleep again, or for `patience` milliseconds."""
        woken = 0
        while self._sleepers and self._sleepers[0][0] <= self._now:
            sleeper = heapq.heappop(self._sleepers)[2]
            if not sleeper.done():
                sleeper.set_result(None)
                woken += 1
        before = len(self._sleepers)
        while woken and patience and len(self._sleepers) < before + woken:
            patience -= 1
            await asyncio.sleep(0.001)


class FakeAdapter:
    """A thread as a person sees it, on a platform that can be made to misbehave."""

    def __init__(self, name: str = "fake") -> None:
        self._name = name
        self._ids = count(1)
        self._arrived: asyncio.Queue[Event] = asyncio.Queue()
        self.shown: dict[str, Post] = {}
        """What is shown, by platform id, in the order of the thread; an update replaces."""
        self.sends: Counter[str] = Counter()
        """How often each key was shown as a message of its own."""
        self.troubles: list[Trouble] = []
        """What goes wrong with the next posts, one each."""
        self.gone: set[ThreadRef] = set()
        """Threads in which nothing can be shown any more; who started a run there is told of its end elsewhere."""
        self.told: list[str] = []
        """What was told elsewhere, as `name: text`."""
        self._told: dict[str, str] = {}
        self.retry_after: float | None = 5.0
        self.prepared: list[Post] = []
        self.previews: list[tuple[str, str, str]] = []
        self.statuses: list[tuple[str, str, str]] = []
        self.marked: list[str] = []
        self.receipts: list[Receipt] = []

    @property
    def name(self) -> str:
        return self._name

    def arrive(self, event: Event) -> None:
        """Have the platform deliver an event."""
        self._arrived.put_nowait(event)

    async def run(self, inbox: Inbox) -> None:
        while True:
            self.receipts.append(await inbox.accept(await self._arrived.get()))

    async def post(self, post: Post, *, update: str | None = None) -> str:
        await asyncio.sleep(0)
        trouble = self.troubles.pop(0) if self.troubles else None
        await self._before(trouble)
        if post.thread in self.gone:
            return self._elsewhere(post)
        platform_id = update or f"m{next(self._ids)}"
        if update is None:
            self.sends[post.key] += 1
        self.shown[platform_id] = post
        if trouble == "drop_after":
            raise ConnectionResetError("the connection was lost after the platform had taken it")
        return platform_id

    def _elsewhere(self, post: Post) -> str:
        if post.starter is None:
            raise ThreadGoneError("the thread is gone", text_id="thread_gone")
        self.told.append(f"{post.starter.name}: {post.text}")
        return self._told.setdefault(post.key, f"d{next(self._ids)}")

    async def _before(self, trouble: Trouble | None) -> None:
        if trouble == "refuse":
            raise PostRefusedError("the thread is closed")
        if trouble == "gone":
            raise ThreadGoneError("the thread is gone", text_id="thread_gone")
        if trouble == "limit":
            raise RetryLaterError("too many posts", retry_after=self.retry_after)
        if trouble == "drop_before":
            raise ConnectionResetError("the connection was lost before the platform had taken it")
        if trouble == "hang":
            await asyncio.Event().wait()

    def prepare(self, post: Post) -> None:
        self.prepared.append(post)

    async def find(self, post: Post, *, after: str | None) -> str | None:
        await asyncio.sleep(0)
        shown = (key for key, shown in self.shown.items() if shown.key == post.key)
        return next(shown, self._told.get(post.key))

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        self.previews.append((path, agent, text))

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        self.statuses.append((path, agent, text))

    async def seen(self, event: Event) -> None:
        self.marked.append(event.delivery)

    def posts(self, thread: ThreadRef) -> list[Post]:
        return [post for post in self.shown.values() if post.thread == thread]

    def lines(self, thread: ThreadRef) -> list[str]:
        """Return the thread as lines: turns as `agent: text`, the bot's own words in brackets."""
        return [line_of(post) for post in self.posts(thread)]


def line_of(post: Post) -> str:
    """Return a post as one line."""
    if post.turn is not None:
        return f"{post.turn.agent}: {post.turn.text}"
    names = {PostKind.REQUEST: "?", PostKind.CLOSED: "!", PostKind.ENDED: "end", PostKind.NOTICE: "notice"}
    return f"[{names[post.kind]} {post.text}]"


ANNA = Person(id="u1", name="Anna")
BO = Person(id="u2", name="Bo", language="zh-CN")


class Thread:
    """Makes the events of one thread."""

    def __init__(self, thread: str = "t1", *, adapter: str = "fake") -> None:
        self.ref = ThreadRef(adapter=adapter, workspace="w", channel="c", thread=thread)
        self._numbers = count(1)

    def event(
        self,
        text: str = "",
        *,
        kind: EventKind = EventKind.MESSAGE,
        by: Person = ANNA,
        team: str | None = None,
        request: RequestId | None = None,
        delivery: str | None = None,
        files: tuple[Attachment, ...] = (),
        message: str | None = None,
        addressed: bool = True,
        earlier: tuple[Said, ...] = (),
    ) -> Event:
        number = next(self._numbers)
        return Event(
            kind=kind,
            delivery=delivery or f"{self.ref.thread}-{number}",
            thread=self.ref,
            person=by,
            at=START,
            text=text,
            team=team,
            request=request,
            attachments=files,
            message=message,
            addressed=addressed,
            earlier=earlier,
        )

    def stop(self, *, by: Person = ANNA) -> Event:
        return self.event(kind=EventKind.STOP, by=by)

    def again(self, event: Event) -> Event:
        """Return the same event as a second delivery brings it."""
        return replace(event)


def keys_sent_twice(adapters: Sequence[FakeAdapter]) -> list[str]:
    """Return the posts that were shown more than once."""
    return [key for adapter in adapters for key, times in adapter.sends.items() if times > 1]
