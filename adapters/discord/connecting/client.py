"""The library's client: what the gateway delivers goes to hearing and receiving, and nothing is kept in memory for it.

Where Discord is, is set here for the whole process. Pictures' addresses stay Discord's own: people's clients open them.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol, cast

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.connecting.buttons import CardItem
from adapters.discord.connecting.commands import Tree, tree_of
from adapters.discord.connecting.quiet import quiet
from adapters.discord.ids import read_custom_id
from adapters.discord.settings import DiscordSettings

GUILDS_SECONDS = 2.0
"""How long after a server was told no other must be, until all are taken to be told."""

LONGEST_WAIT = 30.0
"""Seconds that the library itself waits for a rate limit; what takes longer is tried again by whoever asked."""

log = structlog.get_logger()


class Ears(Protocol):
    """Who takes in what is said, and what becomes of places."""

    def session_began(self) -> None:
        """Take note that nothing said before is delivered any more."""
        ...

    def guild_seen(self, guild: discord.Guild) -> None:
        """Take note of a server's places."""
        ...

    def guild_lost(self, guild: discord.Guild) -> None:
        """Take note that nothing is delivered from a server for a while."""
        ...

    def all_seen(self) -> None:
        """Take note that every server's places were told."""
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

    async def gone(self, place: int) -> None:
        """Take note that a place was deleted."""
        ...


class Hands(Protocol):
    """Who takes in what is used."""

    async def command(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a slash command, or a message command."""
        ...

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Take in the press of a button, or a choice of a menu."""
        ...

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a form that was sent."""
        ...

    async def completing(self, interaction: discord.Interaction[Any]) -> None:
        """Complete an option."""
        ...


class GatewayClient(discord.Client):
    """One connection to the gateway. Without ears and hands it hears nothing, and calls can be made all the same."""

    def __init__(self, *, trace: aiohttp.TraceConfig | None, proxy: str, **options: Any) -> None:
        super().__init__(
            intents=intents(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            proxy=proxy or None,
            guild_ready_timeout=GUILDS_SECONDS,
            **options | ({"http_trace": trace} if trace is not None else {}),
        )
        self.tree: Tree = tree_of(self)
        self.failures = 0
        """Events that could not be taken in."""
        self._ears: Ears | None = None
        self._hands: Hands | None = None

    def attach(self, ears: Ears, hands: Hands) -> None:
        """Have what is delivered from now on taken in."""
        self._ears, self._hands = ears, hands

    async def setup_hook(self) -> None:
        """Know our buttons again, whichever process sent them."""
        self.add_dynamic_items(CardItem)

    async def on_connect(self) -> None:
        """Begin a session; one that is resumed does not come here."""
        if self._ears is not None:
            self._ears.session_began()

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
        """Take note of a server that the bot has left."""
        log.info("discord.guild_left", guild=guild.id)

    async def on_ready(self) -> None:
        """Take note that all servers were told."""
        if self._ears is not None:
            self._ears.all_seen()

    async def on_shard_ready(self, shard_id: int) -> None:
        """Take note that a shard began anew; the first time, `on_ready` follows."""
        if self.is_ready():
            await self.on_ready()

    async def on_message(self, message: discord.Message) -> None:
        """Take in a message."""
        if self._ears is not None:
            await self._ears.said(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take in the change of a message; links that unfold are none."""
        if self._ears is not None and payload.message.edited_at is not None:
            await self._ears.edited(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take in that a message was deleted."""
        if self._ears is not None:
            await self._ears.deleted(payload.channel_id, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take in that messages were deleted."""
        for message in payload.message_ids:
            if self._ears is not None:
                await self._ears.deleted(payload.channel_id, message)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        """Take note of a thread that was made."""
        if self._ears is not None:
            await self._ears.began(thread)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a channel."""
        if self._ears is not None:
            await self._ears.gone(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a thread."""
        if self._ears is not None:
            await self._ears.gone(payload.thread_id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a form that was sent; commands come by the tree, presses by their items."""
        if interaction.type is discord.InteractionType.modal_submit and self._hands is not None:
            await self._hands.submitted(interaction)
        elif interaction.type is discord.InteractionType.component and not _is_shown(interaction):
            # Pressed while its card was being closed: the library knows no item for it, and the person waits.
            await self.pressed(interaction)

    async def command(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a slash command, or a message command."""
        if self._hands is not None:
            await self._hands.command(interaction)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Take in the press of a button, or a choice of a menu."""
        if self._hands is not None:
            await self._hands.pressed(interaction)

    async def completing(self, interaction: discord.Interaction[Any]) -> None:
        """Complete an option."""
        if self._hands is not None:
            await self._hands.completing(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Count an event that could not be taken in; what it holds is not logged."""
        self.failures += 1
        error = sys.exc_info()[0]
        log.error("discord.event_failed", event=event_method, error=error.__name__ if error is not None else "")


def _is_shown(interaction: discord.Interaction[Any]) -> bool:
    """Whether what was pressed is one of the message's items, or is none of ours."""
    custom_id = str(cast("dict[str, Any]", interaction.data or {}).get("custom_id", ""))
    if interaction.message is None or read_custom_id(custom_id) is None:
        return True
    rows = [row for row in interaction.message.components if isinstance(row, discord.ActionRow)]
    return any(getattr(item, "custom_id", None) == custom_id for row in rows for item in row.children)


class ShardedClient(GatewayClient, discord.AutoShardedClient):
    """As many connections to the gateway as Discord recommends, which share the servers."""


def intents() -> discord.Intents:
    """Return what the gateway is asked for: servers, messages and what stands in them."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


def make_client(settings: DiscordSettings, *, trace: aiohttp.TraceConfig | None = None) -> GatewayClient:
    """Return a client that is not logged in yet; whoever makes it closes it."""
    quiet()
    Route.BASE = settings.api_url
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    made = ShardedClient if settings.sharded else GatewayClient
    return made(trace=trace, proxy=settings.proxy, max_ratelimit_timeout=LONGEST_WAIT)
