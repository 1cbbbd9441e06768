"""The sign that the bot writes, for as long as a team works and there is nothing to read yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import structlog

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.discord.web.refusals import code_of
from bot.domain import Post, PostKind, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

AGAIN_SECONDS = 8.0
"""Discord shows the sign for ten seconds."""
TYPING_LASTS = timedelta(seconds=9)
"""How long Discord shows that the bot writes."""
LONGEST = timedelta(minutes=15)
"""For so long it is shown at most: whatever takes longer is no writing."""
JUST_NOW = timedelta(seconds=1)
"""What was shown so short before is what the team that begins has said already."""
_TELLS = frozenset({PostKind.TURN, PostKind.REQUEST, PostKind.ENDED})
"""What there is to read from a team."""

Signs = Recent[ThreadRef, datetime]
"""Until when the sign is shown in a thread, as far as is known: what tells of it twice costs a request."""

log = structlog.get_logger()


class Types(Protocol):
    """What shows the sign: `DiscordApi`."""

    async def typing(self, channel: str) -> None:
        """Show the sign for some seconds, or until something is sent."""
        ...


class Working:
    """Shows that teams work. Decoration: nothing waits for it, nothing depends on it."""

    def __init__(self, api: Types, *, clock: Clock, background: Background, signs: Signs | None = None) -> None:
        self._api = api
        self._signs: Signs = Recent() if signs is None else signs
        self._clock = clock
        self._background = background
        self._until: dict[ThreadRef, datetime] = {}
        """Threads in which the sign is shown, and until when at most."""
        self._told: Recent[ThreadRef, datetime] = Recent()
        """When there was last something to read."""

    def begin(self, thread: ThreadRef) -> None:
        """Show the sign until there is something to read. Never blocks, never raises."""
        now = self._clock.now()
        told = self._told.get(thread)
        if thread in self._until or (told is not None and now - told < JUST_NOW):
            return
        until = self._until[thread] = now + LONGEST
        if not self._background.start(lambda: self._show(thread, until)):
            del self._until[thread]

    def posted(self, post: Post) -> None:
        """Take note of a post: what the team says ends the sign."""
        if post.kind in _TELLS:
            self.end(post.thread)

    def end(self, thread: ThreadRef) -> None:
        """Take note that there is something to read."""
        self._told[thread] = self._clock.now()
        self._until.pop(thread, None)

    async def _show(self, thread: ThreadRef, until: datetime) -> None:
        try:
            while self._until.get(thread) is until and self._clock.now() < until:
                self._signs[thread] = self._clock.now() + TYPING_LASTS
                await self._api.typing(thread.thread)
                await self._clock.sleep(AGAIN_SECONDS)
        except (RetryLaterError, PostRefusedError, ConnectionError) as error:
            log.info("discord.not_typing", error=type(error).__name__, code=code_of(error))
        finally:
            if self._until.get(thread) is until:
                del self._until[thread]
