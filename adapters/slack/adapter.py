"""SlackAdapter: Slack as a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.handling.accepting import Accepting
from adapters.chat.handling.worker import Worker
from adapters.chat.patience import patiently
from adapters.slack.connecting.connection import Door, bolt_app, vendor_logger
from adapters.slack.connecting.http import Requests, Signatures, serve
from adapters.slack.connecting.installations import Installations, Kept
from adapters.slack.connecting.oauth import oauth_flow
from adapters.slack.connecting.sockets import listen
from adapters.slack.handling.desk import Desk
from adapters.slack.handling.dispatch import Handling
from adapters.slack.ids import ADAPTER
from adapters.slack.sending.sessions import SessionStatus
from adapters.slack.settings import SlackSettings
from adapters.slack.wiring import Wired, wired
from bot.domain import Event, Post, PostKind, ThreadRef
from bot.errors import ThreadfastError
from bot.ports import Clock, Inbox, ModelDesk, Overview, Redact

STATUSES = {
    PostKind.TURN: SessionStatus.PROCESSING,
    PostKind.REQUEST: SessionStatus.SUSPENDED,
    PostKind.ENDED: SessionStatus.ACTIVE,
}
"""What a shown post says about its thread's session."""


class SlackAdapter:
    """Slack as a platform: receives while `run` runs, and shows posts whenever it is asked to."""

    def __init__(
        self,
        settings: SlackSettings,
        *,
        overview: Overview,
        installations: Kept,
        clock: Clock,
        tell: Callable[[str], None] | None = None,
        redact: Redact | None = None,
        models: ModelDesk | None = None,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            settings: How Slack is reached.
            overview: What people are shown beside their threads.
            installations: Where workspaces' tokens are kept.
            clock: Where time comes from.
            tell: Called with a sentence for the operator when the adapter begins to receive.
            redact: Takes secrets out of what is sent; None: nothing does.
            models: Tells how the model hosts are, and has models pulled; None: nothing does.

        Raises:
            SettingsError: The settings don't fit each other.
        """
        self._settings = settings
        self._overview = overview
        self._installations = Installations(settings, installations, clock=clock)
        self._clock = clock
        self._tell = tell or (lambda _: None)
        self._redact = redact
        self._models = models
        self._signatures = Signatures(settings.signing_secret, clock) if settings.http is not None else None
        self._open: Wired | None = None

    @property
    def name(self) -> str:
        """The first part of its threads' addresses."""
        return ADAPTER

    async def run(self, inbox: Inbox) -> None:
        """Receive until cancelled; what an earlier process received and did not handle comes first.

        Raises:
            SettingsError: Slack refuses a token, or nothing can listen where the settings say.
        """
        parts = self._wired()
        handling = Handling(self._desk(parts, inbox), parts.pages)
        worker = Worker(handling, handled=inbox.handled, clock=self._clock)
        door = Door(inbox, judge=handling, offer=worker.offer, clock=self._clock)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(parts.background.run())
                await patiently(self._installations.meet, clock=self._clock, adapter=ADAPTER)
                for delivery in await patiently(lambda: inbox.unhandled(ADAPTER), clock=self._clock, adapter=ADAPTER):
                    worker.offer(delivery)
                group.create_task(worker.run())
                await self._receive(door)
        except* ThreadfastError as errors:
            raise errors.exceptions[0] from None
        finally:
            await self.close()

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return the `ts` of its first message; see `bot.ports.ChatAdapter`."""
        parts = self._wired()
        shown = await parts.posting.post(post, update=update)
        if post.kind in STATUSES:
            parts.sessions.set(post.thread, STATUSES[post.kind])
        if post.kind in (PostKind.REQUEST, PostKind.CLOSED, PostKind.ENDED):
            parts.pages.changed(post.thread.workspace)
        return shown

    def prepare(self, post: Post) -> None:
        """Render a post that is being recorded."""
        if self._open is not None:
            self._open.posting.prepare(post)

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the `ts` of a post that an earlier attempt has shown, or None; see `bot.ports.ChatAdapter`."""
        return await self._wired().posting.find(post)

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty text: its turn was recorded, or given up."""
        if self._open is not None:
            self._open.previews.preview(thread, path, agent, text)

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for, in place of what it has said so far; empty: nothing any more."""
        if self._open is not None:
            self._open.previews.status(thread, path, agent, text)

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept."""
        await self._wired().reactions.seen(event)

    async def close(self) -> None:
        """Close the connections; what is posted afterwards opens new ones."""
        parts, self._open = self._open, None
        if parts is not None:
            await parts.session.close()

    def _wired(self) -> Wired:
        if self._open is None:
            self._open = wired(
                self._settings,
                installations=self._installations,
                overview=self._overview,
                clock=self._clock,
                redact=self._redact,
            )
        return self._open

    def _desk(self, parts: Wired, inbox: Inbox) -> Desk:
        return Desk(
            settings=self._settings,
            api=parts.api,
            installations=self._installations,
            people=parts.people,
            files=parts.files,
            threads=parts.threads,
            reading=parts.reading,
            links=parts.links,
            answers=parts.answers,
            overview=self._overview,
            inbox=Accepting(inbox, parts.pages.working),
            clock=self._clock,
            models=self._models,
            background=parts.background,
        )

    async def _receive(self, door: Door) -> None:
        """Let deliveries in until cancelled: over sockets, or as signed requests."""
        settings = self._settings
        client = AsyncWebClient(base_url=settings.api_url, logger=vendor_logger(), retry_handlers=[])
        # Without one, the library takes the environment's, whatever is excepted from it there.
        client.proxy = settings.proxy or None
        if settings.http is None or self._signatures is None:
            token, sockets = settings.app_token, settings.sockets
            await listen(door, client, token, sockets=sockets, proxy=settings.proxy, tell=self._tell)
            return
        host, port = settings.http
        flow = self._flow(client) if settings.installs else None
        requests = Requests(bolt_app(client, door, flow), self._signatures, flow)
        await serve(requests.application(), host, port, tell=self._tell)

    def _flow(self, client: AsyncWebClient) -> AsyncOAuthFlow:
        return oauth_flow(self._settings, self._installations, api=self._wired().api, client=client)
