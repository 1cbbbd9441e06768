"""Answers for one person alone: what became of their button, their command, their form.

They are decoration: whatever happened is recorded and shows in the thread. So nothing here raises, and an answer that
may have been shown is not repeated.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from yarl import URL

from adapters.slack.rendering import blocks as made
from adapters.slack.rendering.inert import inert
from adapters.slack.web.api import SlackApi
from bot.domain import Json, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError, StoreError

SECONDS = 10.0
HOOKS_HOST = "hooks.slack.com"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom an answer is for, and where it is shown."""

    workspace: str
    channel: str
    user: str
    thread: ThreadRef | None = None
    """None: beside the channel's messages."""
    response_url: str = field(default="", repr=False)
    """Slack's own address for answers to a button or a command: good for half an hour."""


class Answers:
    """Tells one person something that nobody else sees."""

    def __init__(self, api: SlackApi, session: aiohttp.ClientSession, *, api_url: str, proxy: str = "") -> None:
        self._api = api
        self._session = session
        self._api_url = URL(api_url)
        self._proxy = proxy or None

    async def tell(self, place: Addressee, text: str) -> None:
        """Show a sentence of the catalogue to one person; without words, nothing. Never raises."""
        if text:
            await self.show(place, text, [{"type": "rich_text", "elements": [made.section(made.spoken(text))]}])

    async def show(self, place: Addressee, text: str, blocks: list[Json]) -> None:
        """Show blocks to one person, `text` where blocks can't be shown. Never raises."""
        thread_ts = place.thread.thread if place.thread is not None else None
        message: dict[str, Any] = {"text": inert(text), "blocks": blocks}
        message |= {"thread_ts": thread_ts} if thread_ts else {}
        if await self._respond(place.response_url, message):
            return
        try:
            await self._api.call(
                place.workspace,
                "chat.postEphemeral",
                channel=place.channel,
                user=place.user,
                **message,
            )
        except (RetryLaterError, PostRefusedError, StoreError, OSError) as error:
            log.warning("slack.answer_lost", channel=place.channel, error=type(error).__name__)

    async def write(self, workspace: str, user: str, text: str) -> None:
        """Write a sentence to one person directly, where there is no place to show it otherwise. Never raises."""
        block = {"type": "rich_text", "elements": [made.section(made.spoken(text))]}
        quiet = {"unfurl_links": False, "unfurl_media": False, "parse": "none"}
        try:
            await self._api.call(workspace, "chat.postMessage", channel=user, text=inert(text), blocks=[block], **quiet)
        except (RetryLaterError, PostRefusedError, StoreError, OSError) as error:
            log.warning("slack.answer_lost", error=type(error).__name__)

    async def _respond(self, url: str, message: Json) -> bool:
        """Answer through Slack's own address; False where that does not work (any more)."""
        if not url or not self._is_slacks(url):
            return False
        body = {"response_type": "ephemeral", "replace_original": False, **message}
        try:
            async with asyncio.timeout(SECONDS):
                post = self._session.post
                async with post(url, json=self._api.clean(body), proxy=self._proxy, allow_redirects=False) as answer:
                    return answer.status == 200
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("slack.answer_lost", error=type(error).__name__)
            # It may have been shown: a second one would say the same.
            return True

    def _is_slacks(self, url: str) -> bool:
        try:
            place = URL(url)
            return (place.scheme, place.host) == ("https", HOOKS_HOST) or place.origin() == self._api_url.origin()
        except ValueError:
            return False
