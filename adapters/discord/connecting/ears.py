"""What the gateway tells of messages and places, brought to hearing and catching up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import cast

import discord
import structlog

from adapters.discord.connecting import described
from adapters.discord.connecting.catching_up import CatchingUp
from adapters.discord.connecting.hearing import Hearing
from adapters.discord.connecting.history import History, Told, is_readable
from adapters.discord.connecting.judging import is_nothing
from adapters.discord.connecting.pages import Heard
from adapters.discord.connecting.positions import Positions
from bot.domain import Json
from bot.errors import StoreError

log = structlog.get_logger()


class Listener:
    """The client's ears; see `places.Ears`."""

    def __init__(
        self,
        client: discord.Client,
        *,
        positions: Positions,
        catching_up: CatchingUp,
        hearing: Hearing,
        history: History,
        ready: Callable[[], None],
    ) -> None:
        self._client = client
        self._positions = positions
        self._catching_up = catching_up
        self._hearing = hearing
        self._history = history
        self._ready = ready

    def session_began(self) -> None:
        """Take note that nothing said before is delivered any more: every place may be behind."""
        self._positions.lost()

    def guild_seen(self, guild: discord.Guild) -> None:
        """Catch up with the places of a server in which something was said meanwhile."""
        # Of one whose news could not be read, the library knows no member; its places are asked for like others.
        if cast("discord.Member | None", guild.me) is not None:
            for channel in _places(guild):
                self.place_seen(channel)

    def guild_changed(self, guild: discord.Guild) -> None:
        """Take note that places of a server may have been closed, or opened again."""
        for channel in _places(guild):
            if is_readable(channel):
                self._positions.open(str(channel.id))
        self.guild_seen(guild)

    def channel_changed(self, channel: discord.abc.GuildChannel) -> None:
        """Take note that a channel may have been closed meanwhile: that is not told, only that it is open again."""
        for each in _places(channel.guild):
            if is_readable(each) and channel.id in (each.id, getattr(each, "parent_id", None)):
                self._positions.behind(str(each.id))
                self._catching_up.want(str(each.id), sure=False)
        self.guild_changed(channel.guild)

    def place_seen(self, channel: Told) -> None:
        """Catch up with a place if something was said there meanwhile, and it can be read."""
        place = str(channel.id)
        parent = str(channel.parent_id) if isinstance(channel, discord.Thread) else ""
        if not is_readable(channel):
            self._positions.close(place)
        elif self._positions.see(place, channel.last_message_id or 0, parent=parent):
            self._catching_up.want(place)

    def guild_lost(self, guild: discord.Guild) -> None:
        """Take note that a server's places fall behind, until it is seen again."""
        for channel in _places(guild):
            self._positions.doubt(str(channel.id))

    async def guild_left(self, guild: discord.Guild) -> None:
        """Forget the places of a server that the bot is not in any more."""
        for channel in _places(guild):
            await self._positions.leave(str(channel.id))

    def place_missed(self, place: int) -> None:
        """Catch up with a place of which something could not be read."""
        self._positions.behind(str(place))
        self._catching_up.want(str(place))

    def cut_off(self) -> None:
        """Take note that a connection is lost, until `reunited` or `all_seen`."""
        self._positions.cut_off()

    def reunited(self) -> None:
        """Take note that every connection stands again, and what was missed has been delivered."""
        self._positions.told()

    def all_seen(self) -> None:
        """Catch up with what no server tells of: direct messages, and threads that were archived."""
        for guild in self._client.guilds:
            self.guild_seen(guild)
        for place in self._positions.waiting():
            self._catching_up.want(place, sure=False)
        self._positions.told()
        self._ready()

    async def met(self, channel: int) -> None:
        """Know the direct messages with somebody."""
        try:
            await self._positions.meet(str(channel))
        except StoreError as error:
            log.warning("discord.place_not_noted", place=channel, error=type(error).__name__)

    async def began(self, thread: discord.Thread) -> None:
        """Know a thread that was made: one of ours for sure, others by and by."""
        if isinstance(thread.parent, discord.ForumChannel) and self._positions.is_caught_up(str(thread.parent_id)):
            self._positions.passed(str(thread.parent_id), thread.id)
        if str(thread.owner_id) != self._history.me().user:
            self._positions.made(str(thread.id))
            return
        try:
            await self._positions.expect(str(thread.id))
        except StoreError as error:
            log.warning("discord.place_not_noted", place=thread.id, error=type(error).__name__)

    async def said(self, message: discord.Message) -> None:
        """Take in a message."""

        async def describe() -> Heard:
            return self._history.heard(message, await self._history.where(message.channel, message.channel.id))

        parent = str(message.channel.parent_id) if isinstance(message.channel, discord.Thread) else ""
        await self._hearing.hear(str(message.channel.id), message.id, describe, parent=parent)

    async def edited(self, message: discord.Message) -> None:
        """Take in the change of a message."""
        edited = message.edited_at

        async def describe() -> Json | None:
            body = described.message(message, await self._history.where(message.channel, message.channel.id))
            # A mention that was taken out of a message is one of the edits of its thread, which has its id.
            nothing = is_nothing(body, self._history.me()) and self._positions.state(str(message.id)) is None
            return None if nothing else {"kind": "edited", "message": body}

        await self._hearing.change(str(message.channel.id), f"edited:{message.id}:{_stamp(edited)}", describe)

    async def deleted(self, channel: int, message: int) -> None:
        """Take in that a message was deleted."""

        async def describe() -> Json | None:
            partial = self._client.get_partial_messageable(channel)
            where = await self._history.where(partial, channel)
            if where["kind"] == "channel":
                return None  # What is said there is used at once or never; in threads it may wait.
            return {"kind": "deleted", "message": {"id": str(message), "place": where, "author": None}}

        await self._hearing.change(str(channel), f"deleted:{message}", describe)

    def gone(self, place: int) -> None:
        """Forget a place that was deleted, unless it is only shown to the bot no more: Discord knows."""
        self.place_missed(place)


def _stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


def _places(guild: discord.Guild) -> Iterator[Told]:
    """Return a server's places, threads first: those that are new begin where their channel stands."""
    yield from guild.threads
    yield from guild.text_channels
    yield from guild.voice_channels
    yield from guild.stage_channels
    yield from guild.forums
