"""A thread on the wire-level Discord, and everything of ours that sends to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import discord

from adapters.chat.background import Background
from adapters.chat.sending.previewing import Previewing
from adapters.discord.connecting.buttons import view_of
from adapters.discord.connecting.client import make_client
from adapters.discord.connecting.described import message as described
from adapters.discord.ids import ADAPTER, DIRECT
from adapters.discord.sending.direct import Direct
from adapters.discord.sending.live import LiveMessages
from adapters.discord.sending.looking import Looking
from adapters.discord.sending.posting import Posting
from adapters.discord.sending.reactions import Reactions
from adapters.discord.sending.reconciling import Us
from adapters.discord.sending.sender import Sender
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.tracing import no_repetition
from adapters.discord.web.webhooks import Webhooks
from bot.domain import Attachment, Event, EventKind, Person, Post, PostKind, RunStatus, ThreadRef, Turn, TurnKind
from bot.errors import RetryLaterError
from tests.discord_server import Channel, DiscordServer, Message, Permission, Shown
from tests.discord_server import Person as Someone
from tests.fakes import FakeClock

T = TypeVar("T")
SUPPRESSED = 1 << 2
UNASKED = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS
"""What the bot does not ask for when it is added to a server."""


class QuickClock(FakeClock):
    """Virtual time that waits for nobody."""

    async def advance(self, seconds: float) -> None:
        steps = max(1, min(20, int(seconds * 2)))
        for _ in range(steps):
            self._now += timedelta(seconds=seconds / steps)
            await self._wake(patience=0)
            await asyncio.sleep(0.001)


class LateClock(QuickClock):
    """One that begins after everything that stands in Discord already, as at a restart."""

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime.now(UTC) + timedelta(hours=1)


class Outgoing:
    """Everything of ours that sends, put together as in a process."""

    def __init__(self, client: discord.Client, clock: FakeClock) -> None:
        self.api = DiscordApi(client, views=view_of, describe=described)
        self.webhooks = Webhooks(client, clock=clock)
        sender = Sender(self.api, self.webhooks)
        self.background = Background()
        live = LiveMessages(self.api, sender=sender, clock=clock, background=self.background)
        self.previews = Previewing(live, live, clock=clock, background=self.background)
        direct = Direct(self.api)
        looking = Looking(self.api, sender=sender, previews=self.previews, direct=direct, us=lambda: us_of(client))
        self.posting = Posting(sender=sender, looking=looking, previews=self.previews, direct=direct, clock=clock)
        self.reactions = Reactions(self.api)


def us_of(client: discord.Client) -> Us:
    assert client.user is not None
    return Us(user=str(client.user.id), application=str(client.application_id))


class Sending:
    """One thread, with a process of ours that can be replaced by a new one as after a crash."""

    def __init__(self, server: DiscordServer, *, direct: bool) -> None:
        self.server = server
        self.world = server.world
        self.guild = self.world.guild("Acme")
        self.anna: Someone = server.person("Anna")
        self.direct = direct
        self.channel: Channel = self.world.dm(self.anna.user) if direct else self.world.channel(self.guild, "general")
        self._numbers = count(1)
        self._running: asyncio.Task[None] | None = None
        self.newest: str | None = None
        """The id of the newest post that was shown anew, as the store tells it."""

    async def begin(self) -> None:
        self.root: Message = await self.anna.says(self.channel, "go")
        bot = self.server.app.user
        self.thread = (
            self.channel if self.direct else self.world.create_thread(self.channel, bot, "go", message=self.root)
        )
        self.deny()
        await self.start(QuickClock())

    async def start(self, clock: FakeClock) -> None:
        """Begin with a process that remembers nothing."""
        self.clock = clock
        settings = DiscordSettings(token=self.server.token, api_url=self.server.api_url)
        self.client = make_client(settings, trace=no_repetition())
        await self.client.login(self.server.token)
        self.out = Outgoing(self.client, clock)

    async def stop(self) -> None:
        await self.stop_decorating()
        await self.client.close()

    async def restart(self) -> None:
        """Replace the process by a new one."""
        await self.stop()
        await self.start(LateClock())

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
        """Let time pass for us and for Discord, and everything happen that happens then."""
        self.server.advance(seconds)
        await self.clock.advance(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is asked of Discord any more."""
        quiet = 0
        while quiet < 15:
            before = len(self.server.requests)
            await asyncio.sleep(0.004)
            busy = len(self.server.requests) > before or any(one.outcome == "open" for one in self.server.requests)
            quiet = 0 if busy else quiet + 1

    @property
    def ref(self) -> ThreadRef:
        workspace = DIRECT if self.direct else str(self.guild.id)
        return ThreadRef(adapter=ADAPTER, workspace=workspace, channel=str(self.channel.id), thread=str(self.thread.id))

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
        starter = Person(id=str(self.anna.user.id), name="Anna")
        return self.post(PostKind.ENDED, **{"text": text, "status": RunStatus.COMPLETED, "starter": starter} | facts)

    def turn(self, text: str, *, path: str = "chat", agent: str = "coder", **facts: Any) -> Post:
        number = next(self._numbers)
        values: dict[str, Any] = {"path": path, "n": number, "kind": TurnKind.TEXT, "agent": agent, "text": text}
        return self.post(PostKind.TURN, key=f"r1/{path}/{number}", turn=Turn(**values | facts))

    def event(self, message: Message) -> Event:
        return Event(
            kind=EventKind.MESSAGE,
            delivery="d1",
            thread=self.ref,
            person=Person(id=str(self.anna.user.id), name="Anna"),
            at=self.clock.now(),
            message=str(message.id),
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

    @property
    def seen(self) -> list[Shown]:
        """What a person sees in the thread, without its root."""
        mine = {self.root.id}
        return [
            each for each in self.anna.sees(self.thread) if each.message.id not in mine and each.message.type in (0, 19)
        ]

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.seen]

    @property
    def authors(self) -> list[str]:
        return [each.author for each in self.seen]

    def told(self) -> list[str]:
        """Return what Anna was told directly."""
        return self.anna.sees(self.world.dm(self.anna.user)).texts

    def calls(self, name: str) -> int:
        return len(self.server.calls(name))

    def deny(self, *permissions: Permission) -> None:
        """Leave the bot in the channel only what it asks for, without these."""
        denied = UNASKED
        for each in permissions:
            denied |= each
        if not self.direct:
            self.world.rule(self.channel, self.server.app.user, deny=int(denied))


def pings_and_previews(server: DiscordServer) -> list[str]:
    """Return what any message that was sent would have pinged or unfolded: nothing, at any time."""
    wrong = []
    for request in server.sent():
        message = request.message or {}
        if not message and request.outcome == "open":
            continue  # Broken off before its body had arrived.
        if (message.get("allowed_mentions") or {}).get("parse") != []:
            wrong.append(f"{request.n} {request.name}: may ping")
        elif any(message["allowed_mentions"].get(kind) for kind in ("users", "roles", "replied_user")):
            wrong.append(f"{request.n} {request.name}: pings")
        if request.name in ("create_message", "execute_webhook", "create_followup") and not (
            int(message.get("flags") or 0) & SUPPRESSED
        ):
            wrong.append(f"{request.n} {request.name}: unfolds addresses")
    return wrong


def file(name: str = "plot.png", data: bytes = b"bytes") -> Attachment:
    return Attachment(name=name, media_type="image/png", data=data)


@asynccontextmanager
async def sending(*, direct: bool = False) -> AsyncIterator[Sending]:
    async with DiscordServer() as server:
        server.limits.off()
        made = Sending(server, direct=direct)
        await made.begin()
        try:
            yield made
        finally:
            await made.stop()
        assert pings_and_previews(server) == []
