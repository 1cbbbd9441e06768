"""Agents under their own names: one webhook of the application's per channel, through which all agents there speak.

It is found again after a restart, made where there is none, and made anew when somebody deleted it. Discord knows no
nonce for a webhook's messages, so one is sent at most once per call: whoever repeats has looked before.

The requests go through the bot's own HTTP client, not the library's `Webhook`: that one waits for rate limits while it
keeps everybody else from the same webhook, without end, and made from a client it goes round the proxy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord
import structlog
from discord.http import MultipartParameters, Route, handle_message_parameters

from adapters.chat.recent import Recent
from adapters.discord.rendering.parts import Part
from adapters.discord.web.avatars import Avatars
from adapters.discord.web.messages import NOBODY, QUIET, Mark, files
from adapters.discord.web.refusals import (
    NOT_THEIR_TOKEN,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    DiscordRefusedError,
    Doing,
    code_of,
    translated,
)
from bot.errors import ThreadGoneError
from bot.ports import Clock

NAME = "Threadfast"
"""Of our webhooks, in the server's settings; each message is said under its agent's name."""
WITHOUT = timedelta(hours=1)
"""How long a channel that gave us no webhook is not asked again."""
REMEMBERED = 10_000

log = structlog.get_logger()


class NoWebhookError(Exception):
    """The bot may have no webhook in this channel: agents' names are to stand in the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook of ours."""

    id: int
    token: str = field(repr=False)


class Webhooks:
    """The webhooks of all channels. Raises as `DiscordApi` does, and NoWebhookError."""

    def __init__(self, client: discord.Client, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._avatars = Avatars(client)
        self._hooks: Recent[str, Hook] = Recent(REMEMBERED)
        self._without: Recent[str, datetime] = Recent(REMEMBERED)
        self._lane = asyncio.Lock()

    def missing(self, channel: str) -> bool:
        """Whether the bot may have no webhook there, as far as is known."""
        until = self._without.get(channel)
        return until is not None and self._clock.now() < until

    async def send(self, channel: str, thread: str, part: Part, *, mark: Mark | None = None) -> str:
        """Say a part in a thread of a channel under its own name, and return the message's id. Never repeated blindly.

        Raises:
            NoWebhookError: Surely not shown: agents' names are to stand in the words.
        """
        hook = await self._hook(channel)
        try:
            return await self._send(hook, thread, part, mark)
        except DiscordRefusedError as error:
            if not self._forgets(channel, hook, error):
                raise
        return await self._send(await self._hook(channel), thread, part, mark)

    async def edit(self, channel: str, thread: str, message: str, part: Part, *, mark: Mark | None = None) -> None:
        """Replace what a message of the channel's webhook shows, files included. May be repeated.

        Raises:
            NoWebhookError: There is none any more.
        """
        hook = await self._hook(channel)
        given: dict[str, Any] = {"attachments": files(part.files), "view": mark.view() if mark is not None else None}
        route = _route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", hook, message)
        try:
            with (
                translated(Doing.POST_IN_THREAD),
                handle_message_parameters(
                    content=part.content, flags=QUIET, allowed_mentions=NOBODY, **given
                ) as params,
            ):
                await self._request(route, params, thread_id=thread, with_components="true")
        except DiscordRefusedError as error:
            self._forgets(channel, hook, error)
            raise

    async def delete(self, channel: str, thread: str, message: str) -> bool:
        """Delete a message of the channel's webhook; False: it is none of this webhook, or gone."""
        hook = await self._hook(channel)
        route = _route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", hook, message)
        try:
            with translated(Doing.POST_IN_THREAD):
                await self._client.http.request(route, params={"thread_id": thread})
        except DiscordRefusedError as error:
            if not self._forgets(channel, hook, error) and error.code != UNKNOWN_MESSAGE:
                raise
            return False
        return True

    async def _send(self, hook: Hook, thread: str, part: Part, mark: Mark | None) -> str:
        picture = await self._avatars.of(part.speaker)
        given: dict[str, Any] = {"username": part.name, "avatar_url": picture} if part.name else {}
        given |= {"files": files(part.files)} if part.files else {}
        given |= {"view": mark.view()} if mark is not None else {}
        with (
            translated(Doing.POST_FILES if part.files else Doing.POST_IN_THREAD),
            handle_message_parameters(content=part.content, flags=QUIET, allowed_mentions=NOBODY, **given) as params,
        ):
            route = _route("POST", "/webhooks/{webhook_id}/{webhook_token}", hook)
            answer = await self._request(route, params, thread_id=thread, wait="true", with_components="true")
        return str(answer["id"])

    async def _request(self, route: Route, params: MultipartParameters, **query: str) -> Any:
        given: dict[str, Any] = {"files": params.files, "form": params.multipart} if params.files else {}
        return await self._client.http.request(route, params=query, **(given or {"json": params.payload}))

    async def _hook(self, channel: str) -> Hook:
        """Return the channel's webhook: the one that is known, one that is there, or a new one."""
        known = self._hooks.get(channel)
        if known is not None:
            return known
        if self.missing(channel):
            raise NoWebhookError(channel)
        # One at a time: two threads of a channel that begin together share one.
        async with self._lane:
            known = self._hooks.get(channel)
            if known is None:
                known = self._hooks[channel] = await self._found_or_made(channel)
            return known

    async def _found_or_made(self, channel: str) -> Hook:
        try:
            with translated(Doing.WEBHOOKS):
                hooks = await self._client.http.channel_webhooks(int(channel))
                ours = [hook for hook in map(self._ours, hooks) if hook is not None]
                if ours:
                    return min(ours, key=lambda hook: hook.id)
                made = await self._client.http.create_webhook(int(channel), name=NAME)
        except (DiscordRefusedError, ThreadGoneError) as error:
            # Whether the place is gone, sending there as the bot itself will tell.
            self._without[channel] = self._clock.now() + WITHOUT
            log.warning("discord.no_webhook", channel=channel, code=code_of(error), needed=Doing.WEBHOOKS.value)
            raise NoWebhookError(channel) from error
        return Hook(id=int(made["id"]), token=str(made.get("token") or ""))

    def _ours(self, webhook: Mapping[str, Any]) -> Hook | None:
        application, token = webhook.get("application_id"), webhook.get("token")
        if not token or not application or int(application) != self._client.application_id:
            return None
        return Hook(id=int(webhook["id"]), token=str(token))

    def _forgets(self, channel: str, hook: Hook, error: DiscordRefusedError) -> bool:
        """Forget a webhook that somebody deleted; False: it was refused for another reason."""
        if error.code not in (UNKNOWN_WEBHOOK, NOT_THEIR_TOKEN):
            return False
        log.info("discord.webhook_gone", channel=channel)
        if self._hooks.get(channel) == hook:
            del self._hooks[channel]
        return True


def _route(method: str, path: str, hook: Hook, message: str = "") -> Route:
    given = {"message_id": message} if message else {}
    return Route(method, path, webhook_id=hook.id, webhook_token=hook.token, **given)
