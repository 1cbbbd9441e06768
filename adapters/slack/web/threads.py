"""What was said in a thread before the bot was called into it: read once, within bounds, with the authors' names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from adapters.chat.handling.earlier import Bounds
from adapters.chat.handling.payload import object_at, text_at
from adapters.slack.connecting.installations import is_out
from adapters.slack.events.intents import Me
from adapters.slack.events.messages import quoted, shared_files
from adapters.slack.events.payload import id_at
from adapters.slack.events.words import mentioned, plain
from adapters.slack.web.people import People
from adapters.slack.web.reading import Reading
from bot.domain import Json, Said, ThreadRef
from bot.errors import PostRefusedError

NEWEST = 1000
"""Of a longer thread, so many of its last messages are looked at."""
PATIENCE = timedelta(minutes=5)
"""How long a person's message waits for a thread that may be read slowly only; then what was read has to do."""
_PEOPLES = frozenset({"", "thread_broadcast", "file_share", "bot_message"})


class Threads:
    """Reads threads."""

    def __init__(self, reading: Reading, people: People) -> None:
        self._reading = reading
        self._people = people

    async def earlier(self, thread: ThreadRef, me: Me, *, until: str) -> tuple[Said, ...]:
        """Return what people and other bots said before a message, oldest first.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        before = [one for one in await self.messages(thread) if text_at(one, "ts") < until and not by_us(one, me)]
        return await self.said(thread.workspace, before)

    async def messages(self, thread: ThreadRef, *, after: str | None = None) -> list[Json]:
        """Return a thread's messages as Slack keeps them, oldest first; none where it does not show them.

        With `after`: its first message, and those that came after the one with this `ts`. Of very many: the first and
        the newest ones. Where Slack asks to wait, the next call goes on where this one was.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        where = (thread.workspace, thread.channel, thread.thread)
        try:
            return await self._reading.thread(*where, after=after, newest=NEWEST, patience=PATIENCE)
        except PostRefusedError as error:
            if is_out(error):
                raise
            return []

    async def said(self, workspace: str, messages: Sequence[Json]) -> tuple[Said, ...]:
        """Return messages with their authors' names, empty ones left out; of too much, the newest.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        kept: list[Said] = []
        bounds = Bounds()
        for message in reversed([one for one in messages if words_of(one)]):
            whole = await self._people.named(workspace, words_of(message), mentioned(text_at(message, "text")))
            text = bounds.take(whole)
            if text is None:
                break
            kept.append(Said(name=await self._author(workspace, message), text=text))
        return tuple(reversed(kept))

    async def quote(self, workspace: str, message: Json) -> str:
        """Return a message with its author, quoted line by line.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        [said] = await self.said(workspace, [message])
        return "\n".join([f"> {said.name}:", *(f"> {line}".rstrip() for line in said.text.splitlines())])

    async def _author(self, workspace: str, message: Json) -> str:
        named = text_at(message, "username") or text_at(message, "bot_profile", "name")
        if named:
            return named
        return await self._people.name(workspace, id_at(message, "user") or id_at(message, "bot_id"))


def by_us(message: Json, me: Me) -> bool:
    """Whether the bot wrote a message."""
    return text_at(message, "user") == me.user or (bool(me.bot) and text_at(message, "bot_id") == me.bot)


def words_of(message: Json) -> str:
    """Return what a message says in words: its text, what it forwards, and its files' names."""
    if text_at(message, "subtype") not in _PEOPLES or not (id_at(message, "user") or object_at(message, "bot_profile")):
        return ""
    files = ", ".join(file.name for file in shared_files(message))
    parts = (plain(text_at(message, "text")).strip(), quoted(message), f"[{files}]" if files else "")
    return "\n\n".join(part for part in parts if part)
