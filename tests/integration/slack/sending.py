"""A thread on the wire-level Slack, and everything of ours that sends to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import aiohttp

from adapters.chat.background import Background
from adapters.slack.sending.direct import Direct
from adapters.slack.sending.live import Shown
from adapters.slack.sending.marks import moment
from adapters.slack.sending.posting import Posting
from adapters.slack.sending.previews import Previews
from adapters.slack.sending.sender import Sender
from adapters.slack.sending.sessions import Reactions, Sessions
from adapters.slack.sending.uploads import Uploads
from adapters.slack.web.api import SlackApi, open_session
from adapters.slack.web.limits import Limits
from adapters.slack.web.reading import Reading
from bot.domain import Attachment, Event, EventKind, Person, Post, PostKind, RunStatus, ThreadRef, Turn, TurnKind
from bot.errors import RetryLaterError
from tests.fakes import FakeClock
from tests.slack_server import Channel, Message, SlackServer, Thread, Workspace
from tests.slack_server import Person as Someone

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
    """One that begins after everything that stands in Slack already, as at a restart."""

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime.now(UTC) + timedelta(hours=1)


class Outgoing:
    """Everything of ours that sends, put together as in a process."""

    def __init__(self, api: SlackApi, clock: FakeClock) -> None:
        sender, reading = Sender(api, clock), Reading(api)
        self.background = Background()
        shown = Shown(api, sender=sender, clock=clock)
        self.previews = Previews(shown, sender=sender, reading=reading, clock=clock, background=self.background)
        self.posting = Posting(
            sender=sender, uploads=Uploads(api), reading=reading, previews=self.previews, direct=Direct(api)
        )
        self.sessions = Sessions(api, clock=clock, background=self.background)
        self.reactions = Reactions(api)


class Sending:
    """One thread, with a process of ours that can be replaced by a new one as after a crash."""

    def __init__(self, slack: SlackServer, session: aiohttp.ClientSession, *, direct: bool) -> None:
        self.slack = slack
        self.session = session
        self.workspace: Workspace = slack.workspace("Acme")
        self.anna: Someone = self.workspace.person("Anna")
        self.channel: Channel = self.anna.dm if direct else self.workspace.channel("general")
        self._numbers = count(1)
        self._running: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self.root: Message = await self.anna.says(self.channel, "go")
        self.start(QuickClock())

    def start(self, clock: FakeClock) -> None:
        """Begin with a process that remembers nothing."""
        self.clock = clock
        self.api = SlackApi(self.session, self._token, limits=Limits(clock), base_url=self.slack.api_url)
        self.out = Outgoing(self.api, clock)

    async def _token(self, workspace: str) -> str:
        return self.workspace.bot.token

    async def restart(self) -> None:
        """Replace the process by a new one."""
        await self.stop_decorating()
        self.start(LateClock())

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
        """Let time pass for us and for Slack, and everything happen that happens then."""
        self.slack.advance(seconds)
        await self.clock.advance(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is asked of Slack any more."""
        quiet = 0
        while quiet < 15:
            before = len(self.slack.requests)
            await asyncio.sleep(0.004)
            busy = len(self.slack.requests) > before or any(one.outcome == "open" for one in self.slack.requests)
            quiet = 0 if busy else quiet + 1

    @property
    def ref(self) -> ThreadRef:
        return ThreadRef(adapter="slack", workspace=self.workspace.id, channel=self.channel.id, thread=self.root.ts)

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
        starter = Person(id=self.anna.id, name="Anna")
        return self.post(PostKind.ENDED, **{"text": text, "status": RunStatus.COMPLETED, "starter": starter} | facts)

    def turn(self, text: str, *, path: str = "chat", agent: str = "coder", **facts: Any) -> Post:
        number = next(self._numbers)
        values: dict[str, Any] = {"path": path, "n": number, "kind": TurnKind.TEXT, "agent": agent, "text": text}
        thread = facts.pop("thread", self.ref)
        return self.post(PostKind.TURN, key=f"r1/{path}/{number}", turn=Turn(**values | facts), thread=thread)

    def event(self, message: Message) -> Event:
        return Event(
            kind=EventKind.MESSAGE,
            delivery="d1",
            thread=self.ref,
            person=Person(id=self.anna.id, name="Anna"),
            at=self.clock.now(),
            message=message.ts,
        )

    async def through(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something, letting time pass where it waits for its turn."""
        task = asyncio.get_running_loop().create_task(work)
        while not task.done():
            await asyncio.wait([task], timeout=0.02)
            if not task.done() and self.clock.sleeping:
                self.slack.advance(0.5)
                await self.clock.advance(0.5)
        return await task

    async def deliver(
        self, post: Post, *, update: str | None = None, attempts: int = 8, first_find: bool = False
    ) -> str:
        """Do what the poster does with a post until it is shown: after every failure it is looked for first."""
        for attempt in range(attempts):
            try:
                found = await self.through(self.out.posting.find(post)) if attempt or first_find else None
                return found if found else await self.through(self.out.posting.post(post, update=update))
            except RetryLaterError as error:
                await self.pass_time(error.retry_after or 1)
            except ConnectionError:
                await self.pass_time(1)
        raise AssertionError(f"not shown after {attempts} attempts")

    @property
    def thread(self) -> Thread:
        """What a person sees in the thread, without its root."""
        seen = self.channel.thread(self.root)
        return replace(seen, messages=[one for one in seen.messages if one.ts != self.root.ts])

    @property
    def texts(self) -> list[str]:
        return self.thread.texts

    def calls(self, method: str) -> int:
        return len(self.slack.calls(method))

    def in_order(self) -> bool:
        moments = [moment(shown.ts) for shown in self.thread]
        return moments == sorted(moments)


def file(name: str = "plot.png", data: bytes = b"bytes") -> Attachment:
    return Attachment(name=name, media_type="image/png", data=data)


@asynccontextmanager
async def sending(*, direct: bool = False) -> AsyncIterator[Sending]:
    async with SlackServer() as slack, open_session() as session:
        made = Sending(slack, session, direct=direct)
        await made.begin()
        try:
            yield made
        finally:
            await made.stop_decorating()
