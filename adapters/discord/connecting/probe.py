"""What `threadfast check` asks Discord: who the bot is, what it may do, and what is lost by what it may not."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

import aiohttp
import discord

from adapters.chat.handling.finding import Finding
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.connecting.commands import installs
from adapters.discord.connecting.permissions import NEEDED, SHOWN, cost_id, invite_link, missing, own_link
from adapters.discord.connecting.registered import unsynced
from adapters.discord.connecting.supervising import UNKNOWN_BOT, close
from adapters.discord.connecting.syncing import fetched, payload_of
from adapters.discord.settings import DiscordSettings
from bot.texts import say

ASK_SECONDS = 30.0
MOST_GUILDS = 20
"""Servers whose permissions are looked at: three requests each."""
MOST_CHANNELS = 3
"""Channels that are named; the others are counted."""


async def probe(settings: DiscordSettings, language: str) -> list[Finding]:
    """Ask, and say in a line each what works and what is wrong. Nothing is changed, and a bot may run meanwhile."""
    client = make_client(settings)
    try:
        async with asyncio.timeout(ASK_SECONDS):
            await client.login(settings.token)
            return await _found(client, settings, language)
    except discord.LoginFailure:
        return [Finding(ok=False, words=UNKNOWN_BOT)]
    # An address that answers, but not as Discord does, is found out by errors of any kind.
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, LookupError, TypeError) as error:
        words = (
            f"{settings.api_url} does not answer as Discord does ({type(error).__name__}): "
            "correct the connection, the proxy or DISCORD_API_URL"
        )
        return [Finding(ok=False, words=words)]
    finally:
        await close(client)


async def _found(client: GatewayClient, settings: DiscordSettings, language: str) -> list[Finding]:
    application = client.application
    assert application is not None  # logging in asks for it
    found = [Finding(ok=True, words=f"token of {client.user}, application {application.id}"), _content(application)]
    if application.interactions_endpoint_url:
        words = "the application's page has an Interactions Endpoint URL: commands go there and not here; remove it"
        found.append(Finding(ok=False, words=words))
    guilds = [guild async for guild in client.fetch_guilds(limit=200)]
    found += _installation(application, needed=not guilds)
    found += [line for guild in guilds[:MOST_GUILDS] for line in await _permissions(client, guild, language)]
    found += await _commands(client, settings)
    if installs(application).user:
        words = f"a person alone, without a server, installs it by this link: {own_link(application.id)}"
        found.append(Finding(ok=True, words=words))
    link = f"invite the bot to a server: {invite_link(application.id)}"
    return [*found, Finding(ok=bool(guilds), words=link, needed=False)]


def _content(application: discord.AppInfo) -> Finding:
    flags = application.flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return Finding(ok=True, words="intent Message Content is switched on")
    words = (
        "the intent Message Content is switched off, so Discord refuses the connection: switch it on at the "
        "application's page, Bot, Privileged Gateway Intents"
    )
    return Finding(ok=False, words=words)


def _installation(application: discord.AppInfo, *, needed: bool) -> list[Finding]:
    """Say what keeps servers or persons from installing the app; `needed`: no server has done so yet."""
    offered, page = installs(application), "switch on {} at the application's page, Installation"
    found = []
    if not offered.guild:
        words = f"no server can install the app: {page.format('Guild Install')}"
        found.append(Finding(ok=False, words=words, needed=needed))
    if not offered.user:
        words = f"persons cannot install the app for themselves; where they should, {page.format('User Install')}"
        found.append(Finding(ok=False, words=words, needed=False))
    if application.bot_require_code_grant:
        words = "the invite link does not work: switch off Requires OAuth2 Code Grant at the application's page, Bot"
        found.append(Finding(ok=False, words=words, needed=needed))
    return found


async def _permissions(client: GatewayClient, guild: discord.Guild, language: str) -> list[Finding]:
    assert client.user is not None  # it is logged in
    whole = await client.fetch_guild(guild.id, with_counts=False)
    member = await whole.fetch_member(client.user.id)
    lacking = missing(member.guild_permissions)
    found = [
        Finding(
            ok=False,
            words=f"server {guild.name}: permission {SHOWN[name]} is missing: {say(cost_id(name), language)}",
            needed=name in NEEDED,
        )
        for name in lacking
    ] or [Finding(ok=True, words=f"server {guild.name}: all {len(SHOWN)} permissions are granted")]
    channels = denied(member, await whole.fetch_channels())
    return [*found, *(_denied(guild, name, channels[name], language) for name in SHOWN if name in channels)]


def denied(member: discord.Member, channels: Iterable[discord.abc.GuildChannel]) -> dict[str, list[str]]:
    """Return, by permission, the names of the channels that take it from the bot although the server grants it. Pure.

    Where the bot sees nothing, nothing else is named; a category is no channel.
    """
    elsewhere = missing(member.guild_permissions)
    found = defaultdict(list)
    for channel in sorted(channels, key=lambda one: (one.position, one.id)):
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            continue
        lacking = missing(channel.permissions_for(member))
        for name in ["view_channel"] if "view_channel" in lacking else lacking:
            if name not in elsewhere:
                found[name].append(channel.name)
    return dict(found)


def _denied(guild: discord.Guild, name: str, channels: list[str], language: str) -> Finding:
    named = ", ".join(f"#{each}" for each in channels[:MOST_CHANNELS])
    more = len(channels) - MOST_CHANNELS
    where = f"{named} and {more} more" if more > 0 else named
    words = f"server {guild.name}: permission {SHOWN[name]} is denied in {where}: {say(cost_id(name), language)}"
    # A channel may well be closed to the bot on purpose.
    return Finding(ok=False, words=words, needed=False)


async def _commands(client: GatewayClient, settings: DiscordSettings) -> list[Finding]:
    wanted = await payload_of(client.tree)
    found = []
    for guild in settings.guilds or ("",):
        where = f"server {guild}" if guild else "all servers"
        try:
            there = await fetched(client, guild)
        except (discord.Forbidden, discord.NotFound):
            words = f"{where}: the bot is not there, or was invited without commands: use the invite link below"
            found.append(Finding(ok=False, words=words))
            continue
        other = unsynced(wanted, there, everywhere=not guild)
        words = (
            f"commands for {where} are not registered as they are now: {', '.join(other)}; `threadfast run` does it"
            if other
            else f"all {len(wanted)} commands are registered for {where}"
        )
        found.append(Finding(ok=not other, words=words, needed=False))
    return found
