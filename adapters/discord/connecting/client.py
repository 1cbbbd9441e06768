"""The library's client: what the gateway delivers goes to hearing and receiving, and nothing is kept in memory for it.

Where Discord's API is, is set here for the whole process. Pictures' addresses stay Discord's own: people's clients open
them.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Protocol, cast

import aiohttp
import discord
import structlog
import yarl
from discord.http import Route

from adapters.discord.connecting.buttons import CardItem
from adapters.discord.connecting.commands import Tree, fit, installs, tree_of
from adapters.discord.connecting.places import Ears, PlaceEvents
from adapters.discord.connecting.quiet import quiet
from adapters.discord.connecting.surviving import place_of, surviving
from adapters.discord.ids import read_custom_id
from adapters.discord.settings import DiscordSettings

GUILDS_SECONDS = 2.0
"""How long after a server was told no other must be, until all are taken to be told."""

FORGETS_SECONDS = 30.0
"""How often the library looks for rate limits that it need not know any more."""

LONGEST_WAIT = 30.0
"""Seconds that the library itself waits for a rate limit; what takes longer is tried again by whoever asked."""

log = structlog.get_logger()


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


class GatewayClient(PlaceEvents, discord.Client):
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
        self._hands: Hands | None = None
        self._connection.parsers.update(surviving(self._connection.parsers, self._not_parsed))

    def attach(self, ears: Ears, hands: Hands) -> None:
        """Have what is delivered from now on taken in."""
        self._ears, self._hands = ears, hands

    async def setup_hook(self) -> None:
        """Know our buttons again, whichever process sent them, and who can have commands: it is logged in."""
        self.add_dynamic_items(CardItem)
        if self.application is not None:
            fit(self.tree, installs(self.application))

    async def on_connect(self) -> None:
        """Begin a session; one that is resumed does not come here."""
        if self._ears is not None:
            self._ears.session_began()

    async def on_disconnect(self) -> None:
        """Take note that a connection is lost."""
        if self._ears is not None:
            self._ears.cut_off()

    async def on_resumed(self) -> None:
        """Take note that a connection goes on where it was lost."""
        if self._ears is not None and self.stands():
            self._ears.reunited()

    async def on_ready(self) -> None:
        """Take note that all servers were told."""
        if self._ears is not None:
            self._ears.all_seen()
            if not self.stands():
                self._ears.cut_off()

    def stands(self) -> bool:
        """Whether every connection to the gateway is open."""
        return True

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
        if self._ears is not None and interaction.context.dm_channel and interaction.channel_id is not None:
            await self._ears.met(interaction.channel_id)

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
        log.error("discord.event_failed", name=event_method, error=error.__name__ if error is not None else "")

    async def create_dm(self, user: discord.abc.Snowflake) -> discord.DMChannel:
        """Open the direct messages with somebody, and know them before they answer."""
        channel = await super().create_dm(user)
        if self._ears is not None:
            await self._ears.met(channel.id)
        return channel

    def _not_parsed(self, event: str, data: Any, error: Exception) -> None:
        """Count an event that the library cannot parse; a message is fetched, where others can be read."""
        self.failures += 1
        log.error("discord.event_not_parsed", name=event, error=type(error).__name__)
        place = place_of(data)
        if event == "MESSAGE_CREATE" and place is not None and self._ears is not None:
            self._ears.place_missed(place)


def _is_shown(interaction: discord.Interaction[Any]) -> bool:
    """Whether what was pressed is one of the message's items, or is none of ours."""
    custom_id = str(cast("dict[str, Any]", interaction.data or {}).get("custom_id", ""))
    if interaction.message is None or read_custom_id(custom_id) is None:
        return True
    rows = [row for row in interaction.message.components if isinstance(row, discord.ActionRow)]
    return any(getattr(item, "custom_id", None) == custom_id for row in rows for item in row.children)


class ShardedClient(GatewayClient, discord.AutoShardedClient):
    """As many connections to the gateway as Discord recommends, which share the servers."""

    def stands(self) -> bool:
        """Whether every connection to the gateway is open."""
        return not any(shard.is_closed() for shard in self.shards.values())


def intents() -> discord.Intents:
    """Return what the gateway is asked for: servers, messages and what stands in them."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


def make_client(settings: DiscordSettings, *, trace: aiohttp.TraceConfig | None = None) -> GatewayClient:
    """Return a client that is not logged in yet; whoever makes it closes it."""
    quiet()
    Route.BASE = settings.api_url
    made = ShardedClient if settings.sharded else GatewayClient
    client = made(trace=trace, proxy=settings.proxy, max_ratelimit_timeout=LONGEST_WAIT)
    _forget_limits_seldom(client)
    if settings.gateway_url:
        _always_at(client, yarl.URL(settings.gateway_url))
    return client


def _forget_limits_seldom(client: discord.Client) -> None:
    """Have the library look for limits to forget now and then.

    It keeps several for every thread of the last five minutes, and looks at them all whenever it meets a new one: with
    a thousand threads that takes as long as all else that is done for a run.
    """
    forget, clock, due = client.http._try_clear_expired_ratelimits, time.monotonic, 0.0

    def seldom() -> None:
        nonlocal due
        if clock() >= due:
            due = clock() + FORGETS_SECONDS
            forget()

    client.http._try_clear_expired_ratelimits = seldom  # type: ignore[method-assign] # the one place that it is called


def _always_at(client: discord.Client, gateway: yarl.URL) -> None:
    """Have every connection go to this address: a shard's first and those that resume would go where Discord says."""
    connect = client.http.ws_connect

    async def at_gateway(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        return await connect(str(gateway.with_query(yarl.URL(url).query)), compress=compress)

    client.http.ws_connect = at_gateway  # type: ignore[method-assign] # the one way that all connections take
