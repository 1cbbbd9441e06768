"""What the Discord adapter is told: values only, read and checked by whoever starts it."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_API_URL = "https://discord.com/api/v10"
"""Where the REST API is, unless a setting says otherwise; without a slash at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSettings:
    """How this process reaches Discord. Empty text: not set. No secret shows in its `repr`."""

    token: str = field(default="", repr=False)
    """The bot's token."""
    api_url: str = DEFAULT_API_URL
    gateway_url: str = ""
    """`wss://…` of the gateway, for every connection to it; empty: Discord's own address, those that are resumed and
    sharded ones where Discord says."""
    proxy: str = field(default="", repr=False)
    """The HTTP proxy through which Discord is reached; it may hold a password."""
    guilds: tuple[str, ...] = ()
    """Ids of the servers that the slash commands are registered in; empty: everywhere."""
    allowed_bots: frozenset[str] = frozenset()
    """User ids of other bots that are listened to."""
    requests_a_second: int = 50
    """How many requests Discord allows the bot within a second, those of all kinds together."""
    sharded: bool = False
    """Whether several gateway connections share the servers, as many as Discord recommends."""
    language: str = "en"
    """In which the adapter itself speaks to people whose language Discord does not tell."""
