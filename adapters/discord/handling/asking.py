"""Asking by slash command: the command's own message stands for the person's words, and the thread is made of it."""

from __future__ import annotations

from contextlib import suppress

import structlog

from adapters.chat.handling.overviews import Overviews
from adapters.discord.events import Me
from adapters.discord.events import intents as wants
from adapters.discord.handling.context import Context
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.listening import Listening
from adapters.discord.handling.refusing import reason_of
from adapters.discord.handling.replies import Replies, worded
from adapters.discord.handling.where import asked_in, direct_thread, thread_name, thread_of
from adapters.discord.ids import ADAPTER, post_nonce
from adapters.discord.rendering.inert import escaped
from adapters.discord.rendering.parts import MOST_CONTENT, Part, size
from adapters.discord.web.refusals import NO_DIRECT_MESSAGES, code_of
from bot.domain import Attachment, Delivery, Event, EventKind, Person, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.texts import say

LINK = "https://discord.com/channels/@me/{channel}"
"""Where direct messages are opened."""

log = structlog.get_logger()


class Asking:
    """Begins runs from `/ask`."""

    def __init__(self, desk: Desk, listening: Listening, replies: Replies) -> None:
        self._desk = desk
        self._listening = listening
        self._replies = replies
        self._context = Context(desk.api)
        self._overviews = Overviews(desk.overview, desk.inbox, adapter=ADAPTER)

    async def ask(self, delivery: Delivery, ask: wants.Ask, me: Me) -> None:
        """Begin a run where it was asked for: in the thread, in a new one, or in the person's direct messages."""
        person = self._desk.known(ask.person)
        language = self._desk.language(person)
        complaint = await self._complaint(ask, person, language)
        if complaint:
            await self.tell(ask, complaint, delivery.id)
            return
        try:
            thread, message = await self._begun(delivery, ask, person)
        except PostRefusedError as error:
            log.warning("discord.not_asked", delivery=delivery.id, code=code_of(error))
            await self.tell(ask, _refused(error, language), delivery.id)
            return
        earlier = await self._context.before(thread, me, until=message) if await self._is_new_to(thread, ask) else ()
        files, unread = await self._desk.files.read(ask.files)
        event = Event(
            kind=EventKind.MESSAGE,
            delivery=delivery.id,
            thread=thread,
            person=person,
            at=delivery.received_at,
            message=message,
            text=ask.text,
            attachments=tuple[Attachment, ...](files),
            team=ask.team,
            earlier=earlier,
        )
        await self._desk.inbox.accept(event)
        await self._listening.catch_up(delivery, thread, message, me)
        lines = [say(one.text_id, language, name=one.name) for one in unread]
        if not ask.installed:
            lines.append(say("discord_ask_in_direct", language, link=LINK.format(channel=thread.thread)))
        if lines:
            await self.tell(ask, "\n".join(lines), delivery.id)

    async def tell(self, asked: wants.Asked, text: str, key: str) -> None:
        """Tell somebody alone what became of a command: as its answer, else directly."""
        if not await self._desk.answers.tell(asked, worded(text)) and text:
            await self._replies.write(asked.person, text, key)

    async def _complaint(self, ask: wants.Ask, person: Person, language: str) -> str:
        if not ask.text and not ask.files:
            return say("discord_ask_empty", language)
        # Before their words stand there under the bot's name.
        refusal = await self._desk.overview.turned_away(person, asked_in(ask), language, team=ask.team)
        return refusal or await self._overviews.unknown_team(ask.team, language)

    async def _begun(self, delivery: Delivery, ask: wants.Ask, person: Person) -> tuple[ThreadRef, str]:
        """Return the run's thread, and the message that stands there for the words.

        Raises:
            PostRefusedError: It cannot stand there, or no thread can be made.
        """
        words = said_by(person, ask.text, self._desk.language(person))
        if not ask.installed:
            channel = await self._desk.api.open_direct(person.id)
            return direct_thread(channel), await self._posted(delivery, channel, words)
        message = await self._desk.answers.stand(ask, words)
        if message is None:
            # Its token is good for a quarter of an hour; then what a process that died has shown stands there,
            # or else a message of the bot's own.
            message = await self._context.answer(ask.channel, ask.id)
        if message is None:
            message = await self._posted(delivery, ask.channel, words, in_thread=bool(ask.parent))
        thread = thread_of(ask)
        if thread is None:
            name = thread_name(ask.text, ask.files, self._desk.language(person))
            await self._opened(ask, message, name)
            thread = ThreadRef(adapter=ADAPTER, workspace=ask.guild, channel=ask.channel, thread=message)
        return thread, message

    async def _opened(self, ask: wants.Ask, message: str, name: str) -> None:
        """Make the thread of the words; where none can be made, nothing is left of them.

        Raises:
            PostRefusedError: None can be made.
        """
        try:
            await self._desk.open_thread(ask.channel, message, name)
        except PostRefusedError:
            with suppress(PostRefusedError, RetryLaterError, ConnectionError):
                await self._desk.api.delete(ask.channel, message)
            raise

    async def _posted(self, delivery: Delivery, channel: str, words: str, *, in_thread: bool = False) -> str:
        nonce = post_nonce(f"{delivery.id}/ask", 0)
        return await self._desk.api.send(channel, Part(content=words), nonce=nonce, in_thread=in_thread)

    async def _is_new_to(self, thread: ThreadRef, ask: wants.Ask) -> bool:
        """Whether the run is the first in a thread that people have spoken in before, and this person may read that."""
        return ask.reads and bool(ask.parent) and ask.installed and not await self._desk.inbox.begun(thread)


def said_by(person: Person, text: str, language: str) -> str:
    """Return the message that stands for a person's words. Pure."""
    head = f"**{escaped(' '.join(person.name.split()))}** {say('chat_asks', language)}"
    room = MOST_CONTENT - size(head) - 10
    kept: list[str] = []
    for line in (text or "…").splitlines():
        quoted = "\n> " + escaped(line)
        if size(quoted) > room:
            # Whole to the team; here it is only shown. A cut may not part a sign from its backslash.
            quoted = "\n> " + escaped(line[: max(0, room // 2 - 4)]) + "…"
            kept.append(quoted if size(quoted) <= room else "\n> …" if room >= 4 else "")
            break
        room -= size(quoted)
        kept.append(quoted)
    return head + "".join(kept)


def _refused(error: PostRefusedError, language: str) -> str:
    if code_of(error) == NO_DIRECT_MESSAGES:
        return say("discord_no_direct", language)
    return say("discord_no_thread", language, reason=reason_of(error, language))
