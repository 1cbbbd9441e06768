"""A thread on a wire-level platform, and everything of ours that sends to it: what is the same on all of them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar, Protocol, TypeVar

from adapters.chat.background import Background
from adapters.chat.sending.previewing import WRITE_SECONDS
from bot.domain import Attachment, Event, EventKind, Person, Post, PostKind, RunStatus, ThreadRef, Turn, TurnKind
from bot.errors import RetryLaterError
from tests.fakes import FakeClock

T = TypeVar("T")


class QuickClock(FakeClock):
    """Virtual time that waits for nobody."""

    async def advance(self, seconds: float) -> None:
        steps = max(1, min(20, int(seconds * 2)))
        for _ in range(steps):
            self._now += timedelta(seconds=seconds / steps)
            await self._wake(patience=0)
            await asyncio.sleep(0.001)


class LateClock(QuickClock):
    """One that begins after everything that stands on the platform already, as at a restart."""

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime.now(UTC) + timedelta(hours=1)


class Request(Protocol):
    """One request that a server had."""

    @property
    def outcome(self) -> str: ...


class Server(Protocol):
    """What a platform's server can do for these tests."""

    @property
    def requests(self) -> Sequence[Request]: ...

    def advance(self, seconds: float) -> None: ...

    async def until(self, condition: Callable[[], object], seconds: float = ...) -> None: ...

    def report(self) -> str: ...


class Posting(Protocol):
    """`adapters.chat.sending.exactly_once.ExactlyOnce`."""

    async def post(self, post: Post, *, update: str | None = None) -> str: ...

    async def find(self, post: Post, *, after: str | None = None) -> str | None: ...


class Previews(Protocol):
    """`adapters.chat.sending.previewing.Previewing`."""

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None: ...

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None: ...

    def paid(self, thread: ThreadRef, newest: str) -> None: ...


class Outgoing(Protocol):
    """Everything of ours that sends, put together as in a process."""

    @property
    def background(self) -> Background: ...

    @property
    def posting(self) -> Posting: ...

    @property
    def previews(self) -> Previews: ...


class Sending(ABC):
    """One thread, with a process of ours that can be replaced by a new one as after a crash."""

    NEW: ClassVar[str]
    """What the platform is asked for a new message of an agent."""
    CHANGE: ClassVar[str]
    """What it is asked for a change of one."""
    GOES_ON: ClassVar[str]
    """The sign that a preview goes on."""
    TOO_OLD: ClassVar[str | int]
    """The code by which a change of a message is refused that stands there for too long."""
    FAULTS: ClassVar[Mapping[str, Mapping[str, Any]]]
    """What may break off, by name."""

    clock: FakeClock
    out: Outgoing

    def __init__(self, server: Server) -> None:
        self.server: Server = server
        self._numbers = count(1)
        self._running: asyncio.Task[None] | None = None
        self.write_seconds = WRITE_SECONDS
        """How long a process that begins now lets one write of a preview take."""
        self.newest: str | None = None
        """The id of the newest post that was shown anew, as the store tells it."""

    @abstractmethod
    async def restart(self) -> None:
        """Replace the process by a new one."""

    @property
    @abstractmethod
    def ref(self) -> ThreadRef:
        """The thread's address."""

    @property
    @abstractmethod
    def asker(self) -> Person:
        """Who began the run."""

    @property
    @abstractmethod
    def texts(self) -> list[str]:
        """What a person sees in the thread, without its root."""

    @property
    @abstractmethod
    def authors(self) -> list[str]:
        """Who wrote that."""

    @property
    @abstractmethod
    def ids(self) -> list[str]:
        """The ids of its messages."""

    @abstractmethod
    def fault(self, kind: str, *, at: str, **details: Any) -> None:
        """Let a request go wrong, by the name of what is asked for."""

    @abstractmethod
    def lose(self, message: str) -> None:
        """Let somebody delete a message."""

    @abstractmethod
    def calls(self, name: str) -> int:
        """Return how often the platform was asked for something."""

    async def decorate(self) -> None:
        """Let previews and other decoration happen."""
        self._running = asyncio.get_running_loop().create_task(self.out.background.run())
        await asyncio.sleep(0)

    async def stop_decorating(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
            self._running = None

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for us and for the platform, and everything happen that happens then."""
        self.server.advance(seconds)
        await self.clock.advance(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is asked of the platform any more."""
        quiet = 0
        while quiet < 15:
            before = len(self.server.requests)
            await asyncio.sleep(0.004)
            busy = len(self.server.requests) > before or any(one.outcome == "open" for one in self.server.requests)
            quiet = 0 if busy else quiet + 1

    def post(self, kind: PostKind, **facts: Any) -> Post:
        values: dict[str, Any] = {
            "key": f"r1/x/{next(self._numbers)}",
            "thread": self.ref,
            "language": "en",
            "kind": kind,
        }
        return Post(**values | facts)

    def notice(self, text: str, **facts: Any) -> Post:
        return self.post(PostKind.NOTICE, text=text, **facts)

    def ended(self, text: str = "The run is over.", **facts: Any) -> Post:
        values = {"text": text, "status": RunStatus.COMPLETED, "starter": self.asker}
        return self.post(PostKind.ENDED, **values | facts)

    def turn(self, text: str, *, path: str = "chat", agent: str = "coder", **facts: Any) -> Post:
        number = next(self._numbers)
        values: dict[str, Any] = {"path": path, "n": number, "kind": TurnKind.TEXT, "agent": agent, "text": text}
        thread = facts.pop("thread", self.ref)
        return self.post(PostKind.TURN, key=f"r1/{path}/{number}", turn=Turn(**values | facts), thread=thread)

    def event_of(self, message: str) -> Event:
        return Event(
            kind=EventKind.MESSAGE,
            delivery="d1",
            thread=self.ref,
            person=self.asker,
            at=self.clock.now(),
            message=message,
        )

    async def through(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something, letting time pass where it waits for its turn."""
        task = asyncio.get_running_loop().create_task(work)
        while not task.done():
            await asyncio.wait([task], timeout=0.02)
            if not task.done() and self.clock.sleeping:
                self.server.advance(0.5)
                await self.clock.advance(0.5)
        return await task

    async def deliver(
        self, post: Post, *, update: str | None = None, attempts: int = 8, first_find: bool = False, wait: float = 1.0
    ) -> str:
        """Do what the poster does with a post until it is shown: after every failure it is looked for first."""
        for attempt in range(attempts):
            try:
                found = await self.find(post) if attempt or first_find else None
                shown = found if found else await self.through(self.out.posting.post(post, update=update))
            except RetryLaterError as error:
                await self.pass_time(error.retry_after or wait)
            except ConnectionError:
                await self.pass_time(wait)
            else:
                self.newest = self.newest if shown == update else shown
                return shown
        raise AssertionError(f"not shown after {attempts} attempts")

    async def find(self, post: Post) -> str | None:
        return await self.through(self.out.posting.find(post, after=self.newest))


def file(name: str = "plot.png", data: bytes = b"bytes") -> Attachment:
    return Attachment(name=name, media_type="image/png", data=data)
