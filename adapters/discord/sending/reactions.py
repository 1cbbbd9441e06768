"""The mark on a message that is kept. Decoration: nothing depends on it."""

from __future__ import annotations

import structlog

from adapters.discord.ids import DIRECT
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.refusals import UNKNOWN_MESSAGE, DiscordRefusedError, code_of
from bot.domain import Event
from bot.errors import PostRefusedError, RetryLaterError

log = structlog.get_logger()

SEEN = "👀"


class Reactions:
    """Marks messages as seen."""

    def __init__(self, api: DiscordApi) -> None:
        self._api = api

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept; a mark that cannot be set is no reason to fail anything."""
        if event.message is None or not event.message.isdecimal():
            return
        try:
            await self._mark(event, event.message)
        except (PostRefusedError, RetryLaterError, ConnectionError) as error:
            log.info("discord.not_marked", error=type(error).__name__, code=code_of(error))

    async def _mark(self, event: Event, message: str) -> None:
        thread = event.thread
        if message == thread.thread and thread.workspace != DIRECT:
            # A thread's first message has its id and stands in the channel.
            await self._api.react(thread.channel, message, SEEN)
            return
        try:
            await self._api.react(thread.thread, message, SEEN)
        except DiscordRefusedError as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            await self._api.react(thread.channel, message, SEEN)
