"""Single messages: a new one, a changed one, a deleted one; said by the bot itself or under an agent's name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

import structlog

from adapters.discord.rendering.parts import Part
from adapters.discord.sending.places import Place
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.messages import Mark
from adapters.discord.web.refusals import (
    ARCHIVED,
    NOT_THEIR_TOKEN,
    TOO_OLD_TO_EDIT,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    code_of,
)
from adapters.discord.web.webhooks import NoWebhookError, Webhooks
from bot.errors import PostRefusedError, ThreadGoneError

SECONDS = 60.0
"""How long one message may take, waiting for rate limits included; nobody knows afterwards whether it is shown."""
NOT_OURS = 50005
"""Discord's code for a message of somebody else's."""
LOST = frozenset({UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, NOT_THEIR_TOKEN, TOO_OLD_TO_EDIT, NOT_OURS})
"""Codes for a message that can never be changed (any more): what it was to show is shown anew."""

T = TypeVar("T")
log = structlog.get_logger()


class Sender:
    """Sends messages of ours, each call at most once."""

    def __init__(self, api: DiscordApi, webhooks: Webhooks) -> None:
        self._api = api
        self._webhooks = webhooks

    def bold_names(self, place: Place) -> bool:
        """Return whether agents' names must stand in the words here, because the bot itself has to say them."""
        return place.direct or self._webhooks.missing(place.channel)

    async def new(self, place: Place, part: Part, nonce: str, mark: Mark | None = None) -> str:
        """Show a message and return its id. The nonce makes a repeated one harmless only if the bot itself says it.

        Raises:
            NoWebhookError: It was surely not shown: render it with bold names.
            RetryLaterError: It was surely not shown.
            PostRefusedError: It never will be; ThreadGoneError: nor will anything else there.
            ConnectionError: It may have been shown.
        """
        if part.name is not None:
            return await _in_time(self._webhooks.send(place.channel, place.thread, part, mark=mark))
        in_thread = not place.direct
        return await _in_time(self._api.send(place.thread, part, nonce=nonce, in_thread=in_thread, mark=mark))

    async def change(self, place: Place, message: str, part: Part, mark: Mark | None = None) -> None:
        """Replace what a message of ours shows, said by whom the part says; harmless when repeated.

        Raises:
            NoWebhookError: It was said through a webhook that is gone.
            RetryLaterError: It was surely not changed.
            PostRefusedError: It cannot be; with a code of `LOST` it never can. ThreadGoneError: nor can anything there.
            ConnectionError: It may have been changed.
        """
        try:
            await self._change(place, message, part, mark)
        except ThreadGoneError as error:
            if code_of(error) != ARCHIVED:
                raise
        else:
            return
        await self._api.unarchive(place.thread)
        await self._change(place, message, part, mark)

    async def _change(self, place: Place, message: str, part: Part, mark: Mark | None) -> None:
        if part.name is not None:
            await _in_time(self._webhooks.edit(place.channel, place.thread, message, part, mark=mark))
        else:
            await _in_time(self._api.edit(place.thread, message, part, mark=mark))

    async def delete(self, place: Place, message: str, *, named: bool) -> None:
        """Delete a message of ours, `named`: one that was said under an agent's name; harmless when it is gone.

        Raises:
            RetryLaterError: Not now.
            ConnectionError: It may have been deleted.
        """
        # What cannot be deleted stays: no reason to fail what is shown.
        with suppress(PostRefusedError, NoWebhookError):
            if named and await self._webhooks.delete(place.channel, place.thread, message):
                return
        with suppress(PostRefusedError):
            # Another webhook's message, because somebody deleted that one, the bot may delete as a moderator.
            await self._api.delete(place.thread, message)


async def _in_time(sending: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(SECONDS):
            return await sending
    except TimeoutError as error:
        raise ConnectionError("Discord took too long; it may have been done") from error
