"""What the gateway tells of places: servers, channels and threads that come, go, close and open."""

from __future__ import annotations

from typing import Protocol

import discord
import structlog

from adapters.discord.connecting.history import Told

log = structlog.get_logger()


class Ears(Protocol):
    """Who takes in what is said, and what becomes of places."""

    def session_began(self) -> None:
        """Take note that nothing said before is delivered any more."""
        ...

    def cut_off(self) -> None:
        """Take note that a connection is lost."""
        ...

    def reunited(self) -> None:
        """Take note that every connection stands again, and what was missed has been delivered."""
        ...

    def guild_seen(self, guild: discord.Guild) -> None:
        """Take note of a server's places."""
        ...

    def guild_changed(self, guild: discord.Guild) -> None:
        """Take note that what the bot may read in a server may have changed."""
        ...

    def channel_changed(self, channel: discord.abc.GuildChannel) -> None:
        """Take note that a channel may have been closed, or opened again."""
        ...

    def guild_lost(self, guild: discord.Guild) -> None:
        """Take note that nothing is delivered from a server for a while."""
        ...

    async def guild_left(self, guild: discord.Guild) -> None:
        """Forget a server's places."""
        ...

    def all_seen(self) -> None:
        """Take note that every server's places were told."""
        ...

    def place_seen(self, channel: Told) -> None:
        """Take note of a place."""
        ...

    def place_missed(self, place: int) -> None:
        """Take note that something of a place could not be read."""
        ...

    async def met(self, channel: int) -> None:
        """Take note of the direct messages with somebody, before anything is said there."""
        ...

    async def began(self, thread: discord.Thread) -> None:
        """Take note of a thread that was made."""
        ...

    async def said(self, message: discord.Message) -> None:
        """Take in a message."""
        ...

    async def edited(self, message: discord.Message) -> None:
        """Take in the change of a message."""
        ...

    async def deleted(self, channel: int, message: int) -> None:
        """Take in that a message was deleted."""
        ...

    def gone(self, place: int) -> None:
        """Take note that a place was deleted."""
        ...


class PlaceEvents:
    """The client's part that hears of places."""

    _ears: Ears | None = None

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Take note of a server that was told after the session began."""
        if self._ears is not None:
            self._ears.guild_seen(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take note of a server that the bot is in from now on."""
        await self.on_guild_available(guild)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Take note of an outage: nothing that is said meanwhile is delivered later."""
        if self._ears is not None:
            self._ears.guild_lost(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that the bot has left."""
        log.info("discord.guild_left", guild=guild.id)
        if self._ears is not None:
            await self._ears.guild_left(guild)

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """Take note of a channel that was made, or is shown to the bot from now on."""
        self._changed(channel.guild)

    async def on_guild_channel_update(self, _: discord.abc.GuildChannel, channel: discord.abc.GuildChannel) -> None:
        """Take note of what the bot may read from now on: a category's permissions are those of its channels."""
        if self._ears is not None:
            self._ears.channel_changed(channel)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Take note of what the bot may read from now on."""
        if before.permissions != after.permissions:
            self._changed(after.guild)

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        """Take note of what the bot may read from now on: it knows no other member than itself."""
        if after == after.guild.me:
            self._changed(after.guild)

    def _changed(self, guild: discord.Guild) -> None:
        if self._ears is not None:
            self._ears.guild_changed(guild)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        """Take note of a thread that was made."""
        if self._ears is not None:
            await self._ears.began(thread)

    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Take note of a thread that was opened again, or is shown to the bot from now on."""
        if self._ears is not None:
            self._ears.place_seen(thread)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a channel."""
        if self._ears is not None:
            self._ears.gone(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a thread."""
        if self._ears is not None:
            self._ears.gone(payload.thread_id)
