"""Looking for what is shown of a post already, where only its place can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from adapters.chat.sending.live import Live, Sighting
from adapters.chat.sending.previewing import Previewing
from adapters.discord.sending.attempts import DiscordAttempt
from adapters.discord.sending.direct import Direct
from adapters.discord.sending.forms import forms
from adapters.discord.sending.places import Place, place_of
from adapters.discord.sending.reconciling import Found, Us, find_parts
from adapters.discord.sending.sender import Sender
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.refusals import DiscordRefusedError
from adapters.discord.web.shown import ShownMessage
from bot.domain import Post, PostKind
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError

log = structlog.get_logger()

MOST_READ = 2000
"""How many messages after the newest known post are read at most."""
PAGE = 100
"""How many of the newest messages are read where no post is known."""


class Looking:
    """Asks places how far posts have come, and deletes what stands there twice."""

    def __init__(
        self,
        api: DiscordApi,
        *,
        sender: Sender,
        previews: Previewing[Live],
        direct: Direct,
        us: Callable[[], Us],
    ) -> None:
        """Look for posts.

        Args:
            api: Reads places.
            sender: Deletes what is shown twice, and knows where names stand in the words.
            previews: Told what live previews a thread shows.
            direct: Where a run's starter may have been told instead.
            us: By what our messages are known.
        """
        self._api = api
        self._sender = sender
        self._previews = previews
        self._direct = direct
        self._us = us

    async def look(self, post: Post, after: str) -> DiscordAttempt:
        """Ask a post's place, and for an end also its starter's direct messages, how far it has come.

        Raises:
            RetryLaterError: Not now.
            ThreadGoneError: The thread cannot be read any more.
            ConnectionError: Discord did not answer.
        """
        attempt = await self._read(post, place_of(post.thread), after)
        if not attempt.shown and post.kind is PostKind.ENDED:
            told = await self._direct.place(post)
            there = await self._read(post, told, after) if told is not None else attempt
            attempt = there if there.shown else attempt
        attempt.looked = True
        return attempt

    async def tidy(self, post: Post, attempt: DiscordAttempt) -> None:
        """Delete what arrived by itself after it was sent again: a request may outlive its connection."""
        with suppress(RetryLaterError, PostRefusedError, ConnectionError):
            await self._read(post, attempt.place, attempt.after)

    async def _read(self, post: Post, place: Place, after: str) -> DiscordAttempt:
        attempt = DiscordAttempt(place=place, after=after)
        try:
            messages = await self._api.history(place.thread, after=after or None, limit=MOST_READ if after else PAGE)
        except ThreadGoneError:
            if post.kind is not PostKind.ENDED:
                raise
            # Where an end cannot be shown, the starter is told: that is where it may be.
            return attempt
        except DiscordRefusedError as error:
            # Without the permission to read nobody can tell; shown twice is better than a run that waits unseen.
            log.warning("post.not_looked_for", post=post.key, code=error.code)
            return attempt
        expected = self._sender.bold_names(place)
        found = self._found(post, place, messages, bold=expected)
        attempt.bold = expected
        if not found.shown:
            # It may have been begun before the webhook was given, or taken away.
            found = self._found(post, place, messages, bold=not expected)
            attempt.bold = not expected
        attempt.shown = found.shown
        attempt.bold = attempt.bold if found.shown else None
        await self._clean(post, place, found)
        return attempt

    def _found(self, post: Post, place: Place, messages: Sequence[ShownMessage], *, bold: bool) -> Found:
        parts = self._direct.rendered(post, place, bold=bold)
        ways = [forms(part, post.language, exact=post.request is not None) for part in parts]
        return find_parts(ways, messages, self._us())

    async def _clean(self, post: Post, place: Place, found: Found) -> None:
        for message in found.twice:
            log.info("post.shown_twice", post=post.key, message=message.id)
            await self._sender.delete(place, message.id, named=bool(message.webhook))
        if place == place_of(post.thread):
            self._previews.found(post.thread, Sighting(previews=tuple(found.previews), whole=False))
