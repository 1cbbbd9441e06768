"""A thread on the wire-level Discord, and everything of ours that sends to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import discord

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.chat.sending.previewing import WRITE_SECONDS, Previewing
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
from adapters.discord.sending.working import Signs, Working
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.tracing import no_repetition
from adapters.discord.web.webhooks import Webhooks
from bot.domain import Event, Person, ThreadRef
from tests.discord_server import Channel, DiscordServer, Message, Permission, Shown
from tests.discord_server import Person as Someone
from tests.fakes import FakeClock
from tests.integration.chat import sending as chat
from tests.integration.chat.sending import LateClock, QuickClock

SUPPRESSED = 1 << 2
UNASKED = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS
"""What the bot does not ask for when it is added to a server."""


class Outgoing:
    """Everything of ours that sends, put together as in a process."""

    def __init__(self, client: discord.Client, clock: FakeClock, *, write_seconds: float = WRITE_SECONDS) -> None:
        self.api = DiscordApi(client, views=view_of, describe=described)
        self.webhooks = Webhooks(client, clock=clock)
        sender = Sender(self.api, self.webhooks)
        self.background = Background()
        signs: Signs = Recent()
        live = LiveMessages(self.api, sender=sender, clock=clock, background=self.background, signs=signs)
        self.working = Working(self.api, clock=clock, background=self.background, signs=signs)
        self.previews = Previewing(live, live, clock=clock, background=self.background, write_seconds=write_seconds)
        direct = Direct(self.api)
        looking = Looking(self.api, sender=sender, previews=self.previews, direct=direct, us=lambda: us_of(client))
        self.posting = Posting(sender=sender, looking=looking, previews=self.previews, direct=direct, clock=clock)
        self.reactions = Reactions(self.api)


def us_of(client: discord.Client) -> Us:
    assert client.user is not None
    return Us(user=str(client.user.id), application=str(client.application_id))


class Sending(chat.Sending):
    """One thread, with a process of ours that can be replaced by a new one as after a crash."""

    NEW = "execute_webhook"
    CHANGE = "edit_webhook_message"
    GOES_ON = "-# …"
    TOO_OLD = 30046
    FAULTS: ClassVar[dict[str, dict[str, Any]]] = {
        "cut before": {"kind": "drop"},
        "cut after": {"kind": "accept_then_drop"},
        "502 before": {"kind": "status", "status": 502},
        "502 after": {"kind": "accept_then_status", "status": 502},
        "503": {"kind": "status", "status": 503},
        "429": {"kind": "ratelimited", "retry_after": 3.0, "via": False},
    }

    out: Outgoing
    server: DiscordServer

    def __init__(self, server: DiscordServer, *, direct: bool) -> None:
        super().__init__(server)
        self.world = server.world
        self.guild = self.world.guild("Acme")
        self.anna: Someone = server.person("Anna")
        self.direct = direct
        self.channel: Channel = self.world.dm(self.anna.user) if direct else self.world.channel(self.guild, "general")

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
        self.out = Outgoing(self.client, clock, write_seconds=self.write_seconds)

    async def stop(self) -> None:
        await self.stop_decorating()
        await self.client.close()

    async def restart(self) -> None:
        """Replace the process by a new one."""
        await self.stop()
        await self.start(LateClock())

    @property
    def ref(self) -> ThreadRef:
        workspace = DIRECT if self.direct else str(self.guild.id)
        return ThreadRef(adapter=ADAPTER, workspace=workspace, channel=str(self.channel.id), thread=str(self.thread.id))

    @property
    def asker(self) -> Person:
        return Person(id=str(self.anna.user.id), name="Anna")

    def event(self, message: Message) -> Event:
        return self.event_of(str(message.id))

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

    @property
    def ids(self) -> list[str]:
        return [str(each.id) for each in self.seen]

    def told(self) -> list[str]:
        """Return what Anna was told directly."""
        return self.anna.sees(self.world.dm(self.anna.user)).texts

    def fault(self, kind: str, *, at: str, **details: Any) -> None:
        self.server.fault(kind, **{"route": at, "via": False} | details)

    def lose(self, message: str) -> None:
        self.world.delete(self.world.messages[self.thread.id][int(message)])

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
