"""A place's messages, as Discord's history has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import discord
import structlog

from adapters.chat.recent import Recent
from adapters.discord.connecting import described
from adapters.discord.connecting.judging import is_nothing
from adapters.discord.connecting.pages import PAGE, Heard, PlaceClosedError, PlaceGoneError
from adapters.discord.events.intents import Me
from adapters.discord.web.reading import archived, read
from adapters.discord.web.refusals import UNKNOWN_CHANNEL, DiscordRefusedError, Doing, code_of, translated
from bot.domain import Json
from bot.errors import ThreadGoneError

log = structlog.get_logger()


Talked = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""Where things are said in a server."""
Told = Talked | discord.ForumChannel
"""What a server tells of. What is said in a forum are its posts, each of which is a thread."""


class History:
    """Fetches pages of messages and describes them."""

    def __init__(self, client: discord.Client, me: Callable[[], Me]) -> None:
        self._client = client
        self.me = me
        self._where: Recent[str, Json] = Recent(2000)

    async def where(self, channel: object, identity: int) -> Json:
        """Describe a place; what the library does not know, such as an archived thread, is asked of Discord.

        Raises:
            PlaceGoneError, PlaceClosedError, RetryLaterError, OSError: It cannot be told.
        """
        known = channel if not isinstance(channel, discord.PartialMessageable) else self._client.get_channel(identity)
        if known is not None:
            return described.place(known)
        found = self._where.get(str(identity))
        if found is None:
            found = self._where[str(identity)] = described.place(await self._fetch(identity))
        return found

    async def page(self, place: str, after: int) -> list[Heard]:
        """Return the next messages of a place, oldest first; see `pages.Pages`."""
        known = self._client.get_channel(int(place))
        if isinstance(known, Told) and not is_readable(known):
            # Discord would say that it has no messages.
            raise PlaceClosedError
        if isinstance(known, discord.ForumChannel):
            newest = known.last_message_id or 0
            return [Heard(position=newest, identity="", body=None)] if newest > after else []
        # With what the library knows of its server, mentions of roles have names.
        shown = known if isinstance(known, Talked) else self._client.get_partial_messageable(int(place))
        with _reading():
            found = [each async for each in read(self._client, shown, after=after, limit=PAGE)]
        if not found:
            return []
        where = await self.where(known, int(place))
        return [
            self.heard(each, where) if each is not None else Heard(position=position, identity="", body=None)
            for position, each in found
        ]

    async def archived(self, place: str, since: int) -> list[tuple[str, int]]:
        """Return a channel's threads that were archived since; see `pages.Pages`."""
        known = self._client.get_channel(int(place))
        if not isinstance(known, discord.TextChannel | discord.ForumChannel):
            return []
        try:
            with translated(Doing.READ):
                found = archived(self._client, known.id, since)
                return [(str(thread), newest) async for thread, newest in found]
        # What was said in the channel itself must not wait for what Discord does not give.
        except (ThreadGoneError, DiscordRefusedError) as error:
            log.warning("discord.threads_not_listed", place=place, error=type(error).__name__)
            return []

    async def is_told(self, place: str) -> bool:
        """Whether its server tells of a place when something is said there; see `pages.Pages`."""
        known: object = self._client.get_channel(int(place))
        where = await self.where(known or self._client.get_partial_messageable(int(place)), int(place))
        return bool(where["kind"] != "direct")

    def heard(self, message: discord.Message, where: Json) -> Heard:
        """Describe a message; one that cannot be described is passed over."""
        identity = f"message:{message.id}"
        try:
            body = described.message(message, where)
        # Described wrongly once, it would be every time: the place must not stop at it for ever.
        except Exception as error:
            log.error("discord.message_not_described", delivery=identity, error=type(error).__name__)
            return Heard(position=message.id, identity=identity, body=None)
        tells = message.type is discord.MessageType.thread_created and message.reference is not None
        # Discord gives a thread the id of the message that it is made of.
        thread = message.reference.channel_id if tells and message.reference is not None else message.id
        return Heard(
            position=message.id,
            identity=identity,
            body=None if is_nothing(body, self.me()) else {"kind": "message", "message": body},
            thread=str(thread) if where["kind"] == "channel" else "",
            has_thread=tells or message.flags.has_thread,
        )

    async def _fetch(self, identity: int) -> object:
        with _reading():
            return await self._client.fetch_channel(identity)


def is_readable(channel: Told) -> bool:
    """Whether the bot may read what is said and was said in a place."""
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True
    me: discord.Member | None = channel.guild.me
    if me is None:
        return False
    may = channel.permissions_for(me)
    return may.view_channel and may.read_message_history


@contextmanager
def _reading() -> Iterator[None]:
    try:
        with translated(Doing.READ):
            yield
    except ThreadGoneError as error:
        # Access may be given back; what is gone stays so.
        raise (PlaceGoneError if code_of(error) == UNKNOWN_CHANNEL else PlaceClosedError) from error
    except DiscordRefusedError as error:
        raise (PlaceGoneError if error.status == HTTPStatus.NOT_FOUND else PlaceClosedError) from error
    except discord.InvalidData as error:
        raise PlaceGoneError from error
