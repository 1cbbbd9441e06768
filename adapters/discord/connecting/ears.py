"""What the gateway tells of messages and places, brought to hearing and catching up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import discord
import structlog

from adapters.discord.connecting import described
from adapters.discord.connecting.catching_up import CatchingUp, Heard
from adapters.discord.connecting.hearing import Hearing
from adapters.discord.connecting.history import History
from adapters.discord.connecting.judging import is_nothing
from adapters.discord.connecting.positions import Positions
from bot.domain import Json
from bot.errors import StoreError

log = structlog.get_logger()

Talked = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""Where things are said."""


class Listener:
    """The client's ears; see `client.Ears`."""

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
        for place, newest in _places(guild):
            if self._positions.see(place, newest):
                self._catching_up.want(place)

    def guild_lost(self, guild: discord.Guild) -> None:
        """Take note that a server's places fall behind, until it is seen again."""
        for place, _ in _places(guild):
            self._positions.behind(place)

    def all_seen(self) -> None:
        """Catch up with what no server tells of: direct messages, and threads that were archived."""
        for guild in self._client.guilds:
            self.guild_seen(guild)
        for place in self._positions.waiting():
            self._catching_up.want(place, sure=False)
        self._ready()

    async def began(self, thread: discord.Thread) -> None:
        """Know a thread of ours at once; others are known when something is said in them."""
        if str(thread.owner_id) != self._history.me().user:
            return
        try:
            await self._positions.expect(str(thread.id))
        except StoreError as error:
            log.warning("discord.place_not_noted", place=thread.id, error=type(error).__name__)

    async def said(self, message: discord.Message) -> None:
        """Take in a message."""

        async def describe() -> Heard:
            return self._history.heard(message, await self._history.where(message.channel, message.channel.id))

        await self._hearing.hear(str(message.channel.id), message.id, describe)

    async def edited(self, message: discord.Message) -> None:
        """Take in the change of a message."""
        edited = message.edited_at

        async def describe() -> Json | None:
            body = described.message(message, await self._history.where(message.channel, message.channel.id))
            return None if is_nothing(body, self._history.me()) else {"kind": "edited", "message": body}

        await self._hearing.change(str(message.channel.id), f"edited:{message.id}:{_stamp(edited)}", describe)

    async def deleted(self, channel: int, message: int) -> None:
        """Take in that a message was deleted."""

        async def describe() -> Json:
            partial = self._client.get_partial_messageable(channel)
            where = await self._history.where(partial, channel)
            return {"kind": "deleted", "message": {"id": str(message), "place": where, "author": None}}

        await self._hearing.change(str(channel), f"deleted:{message}", describe)

    async def gone(self, place: int) -> None:
        """Forget a place that was deleted."""
        await self._positions.leave(str(place))


def _stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


def _places(guild: discord.Guild) -> Iterator[tuple[str, int]]:
    """Return a server's channels and threads that can be read, each with the id of its newest message."""
    channels: list[Talked] = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]
    for channel in channels:
        if _is_seen(channel, guild.me):
            yield str(channel.id), channel.last_message_id or 0


def _is_seen(channel: Talked, me: discord.Member) -> bool:
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True
    may = channel.permissions_for(me)
    return may.view_channel and may.read_message_history
