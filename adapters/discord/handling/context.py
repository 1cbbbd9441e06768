"""What was said before the bot was called: read once, within bounds, with the authors' names."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.chat.handling.earlier import newest
from adapters.chat.handling.payload import text_at
from adapters.discord.events import Me
from adapters.discord.events.messages import is_ours, words_of
from adapters.discord.events.words import quote
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.shown import ShownMessage
from bot.domain import Json, Said, ThreadRef
from bot.errors import PostRefusedError

MOST_MESSAGES = 100
"""Of a thread, so many of its last messages are looked at: one request."""
THREAD_STARTER = 21
"""Discord's number of the note that stands in a thread for the message which it was made of."""


class Context:
    """Reads what was said. What the bot may not read was not said, as far as it is concerned."""

    def __init__(self, api: DiscordApi) -> None:
        self._api = api

    async def before(self, thread: ThreadRef, me: Me, *, until: str) -> tuple[Said, ...]:
        """Return what people and other bots said in a thread before a message, oldest first.

        Raises:
            RetryLaterError, ConnectionError: Discord does not say now.
        """
        shown = await self.history(thread, before=until)
        found = [one.described for one in shown]
        if any(one.type == THREAD_STARTER for one in shown):
            # What the thread was made of stands in its channel.
            starter = await self.message(thread.channel, thread.thread)
            found = [starter, *found] if starter is not None else found
        return newest(said_in(found, me))

    async def history(
        self, thread: ThreadRef, *, after: str | None = None, before: str | None = None
    ) -> list[ShownMessage]:
        """Return a thread's messages, oldest first: the newest ones, or the first ones after a message.

        Raises:
            RetryLaterError, ConnectionError: Discord does not say now.
        """
        try:
            return await self._api.history(thread.thread, after=after, before=before, limit=MOST_MESSAGES)
        except PostRefusedError:
            return []

    async def message(self, channel: str, message: str) -> Json | None:
        """Return one message as deliveries describe it; None: the bot cannot read it.

        Raises:
            RetryLaterError, ConnectionError: Discord does not say now.
        """
        try:
            found = await self._api.message(channel, message)
        except PostRefusedError:
            return None
        return found.described if found is not None else None

    async def answer(self, channel: str, interaction: str) -> str | None:
        """Return the message that stands for an interaction in a channel, or None; it was made right after it.

        Raises:
            RetryLaterError, ConnectionError: Discord does not say now.
        """
        try:
            shown = await self._api.history(channel, after=interaction, limit=MOST_MESSAGES)
        except PostRefusedError:
            return None
        # Without words it is what Discord shows while it waits for the answer.
        return next((one.id for one in shown if one.interaction == interaction and one.content), None)


def said_in(messages: Iterable[Json], me: Me) -> list[Said]:
    """Return messages as who said what; the bot's own and Discord's notes are left out. Pure."""
    others = [one for one in messages if not is_ours(one, me)]
    return [Said(name=author_of(one), text=text) for one in others if (text := words_of(one))]


def quoted(message: Json) -> str:
    """Return a message with its author, quoted line by line; without words, nothing. Pure."""
    text = words_of(message)
    return quote(text, author_of(message)) if text else ""


def author_of(message: Json) -> str:
    """Return the name of who wrote a message. Pure."""
    return text_at(message, "author", "name") or text_at(message, "author", "id")
