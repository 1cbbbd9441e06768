"""What was said in a thread before the bot was called into it: read once, within bounds, with the authors' names."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.api import SlackApi
from adapters.slack.events.intents import Me
from adapters.slack.events.messages import quoted, shared_files
from adapters.slack.events.payload import id_at, object_at, objects_at, text_at
from adapters.slack.events.words import mentioned, plain
from adapters.slack.installations import is_out
from adapters.slack.people import People
from adapters.slack.recent import Recent
from bot.domain import Json, Said, ThreadRef
from bot.errors import PostRefusedError

MOST_MESSAGES = 100
MOST_CHARACTERS = 20_000
PAGES = 5
PAGE = 200
_PEOPLES = frozenset({"", "thread_broadcast", "file_share", "bot_message"})


class Threads:
    """Reads threads, and remembers in which the bot has been."""

    def __init__(self, api: SlackApi, people: People) -> None:
        self._api = api
        self._people = people
        self._known: Recent[ThreadRef, None] = Recent()

    def know(self, thread: ThreadRef) -> None:
        """Remember that the bot is part of a thread."""
        self._known[thread] = None

    def is_known(self, thread: ThreadRef) -> bool:
        """Return whether the bot is remembered as part of a thread. Asks nobody."""
        return thread in self._known

    async def earlier(self, thread: ThreadRef, me: Me, *, until: str) -> tuple[Said, ...]:
        """Return what was said before a message, oldest first; nothing where the bot has spoken already.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        if thread in self._known:
            return ()
        messages = await self.messages(thread)
        if any(by_us(message, me) for message in messages):
            self.know(thread)
            return ()
        return await self.said(thread.workspace, [one for one in messages if text_at(one, "ts") < until])

    async def knows(self, thread: ThreadRef, me: Me) -> bool:
        """Return whether the bot has spoken in a thread, or was called into it.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        if thread not in self._known:
            messages = await self.messages(thread)
            if any(by_us(one, me) or me.user in mentioned(text_at(one, "text")) for one in messages):
                self.know(thread)
        return thread in self._known

    async def messages(self, thread: ThreadRef) -> list[Json]:
        """Return a thread's messages as Slack keeps them, oldest first; none where it does not show them.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        found: list[Json] = []
        cursor: str | None = None
        try:
            for _ in range(PAGES):
                answer = await self._api.call(
                    thread.workspace,
                    "conversations.replies",
                    channel=thread.channel,
                    ts=thread.thread,
                    limit=PAGE,
                    cursor=cursor,
                )
                found += objects_at(answer, "messages")
                cursor = text_at(answer, "response_metadata", "next_cursor")
                if not cursor:
                    break
        except PostRefusedError as error:
            if is_out(error):
                raise
        return found

    async def said(self, workspace: str, messages: Sequence[Json]) -> tuple[Said, ...]:
        """Return messages with their authors' names, empty ones left out; of too much, the newest.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        kept: list[Said] = []
        room = MOST_CHARACTERS
        for message in reversed([one for one in messages if words_of(one)][-MOST_MESSAGES:]):
            text = await self._people.named(workspace, words_of(message), mentioned(text_at(message, "text")))
            if len(text) > room and kept:
                break
            text = text[:room]
            room -= len(text)
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
        return (await self._people.person(workspace, id_at(message, "user") or id_at(message, "bot_id"))).name


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
