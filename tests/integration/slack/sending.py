"""A thread on the wire-level Slack, and everything of ours that sends to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar

import aiohttp

from adapters.chat.background import Background
from adapters.chat.sending.previewing import WRITE_SECONDS
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
from bot.domain import Event, Person, ThreadRef
from tests.fakes import FakeClock
from tests.integration.chat import sending as chat
from tests.integration.chat.sending import LateClock, QuickClock
from tests.slack_server import Channel, Message, SlackServer, Thread, Workspace
from tests.slack_server import Person as Someone


class Outgoing:
    """Everything of ours that sends, put together as in a process."""

    def __init__(self, api: SlackApi, clock: FakeClock, *, write_seconds: float = WRITE_SECONDS) -> None:
        sender, reading = Sender(api, clock), Reading(api)
        self.background = Background()
        shown = Shown(api, sender=sender, clock=clock)
        self.previews = Previews(
            shown,
            sender=sender,
            reading=reading,
            clock=clock,
            background=self.background,
            write_seconds=write_seconds,
        )
        self.posting = Posting(
            sender=sender, uploads=Uploads(api), reading=reading, previews=self.previews, direct=Direct(api)
        )
        self.sessions = Sessions(api, clock=clock, background=self.background)
        self.reactions = Reactions(api)


class Sending(chat.Sending):
    """One thread, with a process of ours that can be replaced by a new one as after a crash."""

    NEW = "chat.postMessage"
    CHANGE = "chat.update"
    GOES_ON = "…"
    TOO_OLD = "edit_window_closed"
    FAULTS: ClassVar[dict[str, dict[str, Any]]] = {
        "drop": {"kind": "drop"},
        "accept_then_drop": {"kind": "accept_then_drop"},
        "500": {"kind": "status", "status": 500},
        "503": {"kind": "status", "status": 503},
        "429": {"kind": "ratelimited"},
        "html": {"kind": "not_json"},
        "fatal_error": {"kind": "error", "code": "fatal_error"},
        "internal_error": {"kind": "error", "code": "internal_error"},
    }

    out: Outgoing

    def __init__(self, slack: SlackServer, session: aiohttp.ClientSession, *, direct: bool) -> None:
        super().__init__(slack)
        self.slack = slack
        self.session = session
        self.workspace: Workspace = slack.workspace("Acme")
        self.anna: Someone = self.workspace.person("Anna")
        self.channel: Channel = self.anna.dm if direct else self.workspace.channel("general")

    async def begin(self) -> None:
        self.root: Message = await self.anna.says(self.channel, "go")
        self.start(QuickClock())

    def start(self, clock: FakeClock) -> None:
        """Begin with a process that remembers nothing."""
        self.clock = clock
        self.api = SlackApi(self.session, self._token, limits=Limits(clock), base_url=self.slack.api_url)
        self.out = Outgoing(self.api, clock, write_seconds=self.write_seconds)

    async def _token(self, workspace: str) -> str:
        return self.workspace.bot.token

    async def restart(self) -> None:
        """Replace the process by a new one."""
        await self.stop_decorating()
        self.start(LateClock())

    @property
    def ref(self) -> ThreadRef:
        return ThreadRef(adapter="slack", workspace=self.workspace.id, channel=self.channel.id, thread=self.root.ts)

    @property
    def asker(self) -> Person:
        return Person(id=self.anna.id, name="Anna")

    def event(self, message: Message) -> Event:
        return self.event_of(message.ts)

    @property
    def thread(self) -> Thread:
        """What a person sees in the thread, without its root."""
        seen = self.channel.thread(self.root)
        return replace(seen, messages=[one for one in seen.messages if one.ts != self.root.ts])

    @property
    def texts(self) -> list[str]:
        return self.thread.texts

    @property
    def authors(self) -> list[str]:
        return self.thread.authors

    @property
    def ids(self) -> list[str]:
        return [one.ts for one in self.thread]

    def fault(self, kind: str, *, at: str, **details: Any) -> None:
        self.slack.fault(kind, method=at, **details)

    def lose(self, message: str) -> None:
        self.workspace.delete(self.channel.messages[message])

    def calls(self, method: str) -> int:
        return len(self.slack.calls(method))

    def in_order(self) -> bool:
        moments = [moment(shown.ts) for shown in self.thread]
        return moments == sorted(moments)


@asynccontextmanager
async def sending(*, direct: bool = False) -> AsyncIterator[Sending]:
    async with SlackServer() as slack, open_session() as session:
        made = Sending(slack, session, direct=direct)
        await made.begin()
        try:
            yield made
        finally:
            await made.stop_decorating()
