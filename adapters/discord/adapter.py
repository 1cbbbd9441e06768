"""DiscordAdapter: Discord as a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from adapters.chat.handling.accepting import Accepting
from adapters.chat.handling.worker import Worker
from adapters.chat.patience import patiently
from adapters.discord.connecting.connection import Connection
from adapters.discord.connecting.supervising import close
from adapters.discord.connecting.syncing import Kept
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.dispatch import Handling
from adapters.discord.handling.forms import Forms
from adapters.discord.ids import ADAPTER
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.cleaning import clean_answers
from adapters.discord.wiring import Wired, wired
from bot.domain import Event, Post, ThreadRef
from bot.errors import RetryLaterError, ThreadfastError
from bot.ports import Clock, Inbox, ModelDesk, Overview, Redact

LOGIN_SECONDS = 30.0
"""How long a post waits until the bot is logged in, before it is tried later."""


class DiscordAdapter:
    """Discord as a platform: while `run` runs it receives, and shows posts whenever it is asked to."""

    def __init__(
        self,
        settings: DiscordSettings,
        *,
        overview: Overview,
        kept: Kept,
        clock: Clock,
        tell: Callable[[str], None] | None = None,
        redact: Redact | None = None,
        models: ModelDesk | None = None,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            settings: How Discord is reached.
            overview: What people are shown beside their threads.
            kept: Where it is kept which commands are registered.
            clock: Where time comes from.
            tell: Called with a sentence for the operator when the adapter begins to receive.
            redact: Takes secrets out of what is sent; None: nothing does.
            models: Tells how the model hosts are, and has models pulled; None: nothing does.
        """
        self._settings = settings
        self._overview = overview
        self._kept = kept
        self._clock = clock
        self._tell = tell or (lambda _: None)
        self._redact = redact
        self._models = models
        self._open: Wired | None = None
        self._logged_in = asyncio.Event()

    @property
    def name(self) -> str:
        """The first part of its threads' addresses."""
        return ADAPTER

    async def run(self, inbox: Inbox) -> None:
        """Receive until cancelled; what an earlier process received and did not handle comes first.

        Raises:
            SettingsError: Discord refuses the token, or what the bot asks to be told.
        """
        parts = self._wired()
        if self._redact is not None:
            clean_answers(self._redact)
        connection = Connection(parts.client, self._settings, kept=self._kept, clock=self._clock, tell=self._tell)
        try:
            await connection.log_in()
            self._logged_in.set()
            await self._serve(parts, connection, inbox)
        except* ThreadfastError as errors:
            raise errors.exceptions[0] from None
        finally:
            await self.close()

    async def _serve(self, parts: Wired, connection: Connection, inbox: Inbox) -> None:
        desk = self._desk(parts, inbox)
        worker = Worker(Handling(desk), handled=inbox.handled, clock=self._clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(parts.background.run())
            for delivery in await patiently(lambda: inbox.unhandled(ADAPTER), clock=self._clock, adapter=ADAPTER):
                worker.offer(delivery)
            group.create_task(worker.run())
            await connection.serve(inbox, forms=Forms(desk), me=parts.me, offer=worker.offer)

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return the ids of its first and last message; see `bot.ports.ChatAdapter`."""
        parts = await self._ready()
        parts.working.posted(post)
        return await parts.posting.post(post, update=update)

    def prepare(self, post: Post) -> None:
        """Render a post that is being recorded."""
        if self._open is not None:
            self._open.posting.prepare(post)

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the ids of a post that an earlier attempt has shown, or None; see `bot.ports.ChatAdapter`."""
        return await (await self._ready()).posting.find(post, after=after)

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty text: its turn was recorded, or given up."""
        if self._open is not None:
            if text:
                self._open.working.end(thread)
            self._open.previews.preview(thread, path, agent, text)

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for, in place of what it has said so far; empty: nothing any more."""
        if self._open is not None:
            if text:
                self._open.working.end(thread)
            self._open.previews.status(thread, path, agent, text)

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept."""
        await (await self._ready()).reactions.seen(event)

    async def close(self) -> None:
        """Close the connections."""
        parts, self._open = self._open, None
        self._logged_in.clear()
        if parts is not None:
            await close(parts.client)
            await parts.session.close()

    def _wired(self) -> Wired:
        if self._open is None:
            self._open = wired(self._settings, clock=self._clock, redact=self._redact)
        return self._open

    async def _ready(self) -> Wired:
        """Return what speaks to Discord once the bot is logged in."""
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self._logged_in.wait()
        except TimeoutError as error:
            raise RetryLaterError("the bot is not logged in to Discord yet") from error
        return self._wired()

    def _desk(self, parts: Wired, inbox: Inbox) -> Desk:
        me = parts.me()
        return Desk(
            settings=self._settings,
            user=me.user,
            application=me.application,
            api=parts.api,
            files=parts.files,
            answers=parts.answers,
            overview=self._overview,
            inbox=Accepting(inbox, parts.working.begin),
            clock=self._clock,
            models=self._models,
            background=parts.background,
        )
