"""Keeping the client alive: an event that the library cannot read ends it, so it is begun again and that is counted."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog

from adapters.discord.connecting.client import GatewayClient
from bot.errors import SettingsError
from bot.ports import Clock

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries to log in."""
LONGEST_AWAY = 300.0
"""Most seconds between two beginnings: Discord takes a bot's token from it after a thousand in a day."""
STEADY_SECONDS = 600.0
"""After so long a connection the next one may begin soon."""
LEAVE_SECONDS = 2.0
"""How long the other end may take to close."""
UNKNOWN_BOT = (
    "Discord refuses DISCORD_TOKEN: take it from the application's page (discord.com/developers/applications), Bot, "
    "Reset Token, and set it."
)
INTENTS = (
    "Discord refuses the intent Message Content: switch it on at the application's page, Bot, Privileged Gateway "
    "Intents, and start again."
)
SHARDS = "Discord refuses one connection for so many servers: set THREADFAST_DISCORD_SHARDED=true."
REFUSALS = {4004: UNKNOWN_BOT, 4010: SHARDS, 4011: SHARDS, 4013: INTENTS, 4014: INTENTS}
"""What the gateway's close codes mean for the settings."""

log = structlog.get_logger()


class Supervised:
    """A client that logs in when Discord answers, and connects again whatever ends its connection."""

    def __init__(self, client: GatewayClient, token: str, *, clock: Clock) -> None:
        self._client = client
        self._token = token
        self._clock = clock
        self.crashes = 0
        """How often something other than the connection has ended the client."""

    async def log_in(self) -> None:
        """Return once Discord knows the bot.

        Raises:
            SettingsError: Discord refuses the token.
        """
        pause = SHORTEST_PAUSE
        while True:
            try:
                await self._client.login(self._token)
                return
            except discord.LoginFailure as error:
                raise SettingsError(UNKNOWN_BOT) from error
            # An address that answers, but not as Discord does, is found out by errors of any kind.
            except Exception as error:
                log.warning("discord.not_logged_in", error=type(error).__name__, seconds=pause)
            await self._forget_session()
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def stay(self) -> None:
        """Stay connected until cancelled.

        Raises:
            SettingsError: Discord refuses the token or what the bot asks to be told.
        """
        pause = SHORTEST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            try:
                await self._client.connect()
            except discord.PrivilegedIntentsRequired as error:
                raise SettingsError(INTENTS) from error
            except discord.ConnectionClosed as error:
                if error.code in REFUSALS:
                    raise SettingsError(REFUSALS[error.code]) from error
                self._crashed(error, pause)
            # The library ends by whatever a malformed event makes its parsers raise.
            except Exception as error:
                self._crashed(error, pause)
            await self._hang_up()
            await self._clock.sleep(pause)
            pause = SHORTEST_PAUSE if loop.time() - begun > STEADY_SECONDS else min(2 * pause, LONGEST_AWAY)

    def _crashed(self, error: Exception, pause: float) -> None:
        self.crashes += 1
        log.error("discord.client_crashed", error=type(error).__name__, count=self.crashes, seconds=pause)

    async def _hang_up(self) -> None:
        """Leave nothing of the old connection; calls can be made on."""
        if isinstance(self._client, discord.AutoShardedClient):
            # Its connections go only with everything else.
            await close(self._client)
        if self._client.is_closed():
            self._client.clear()
            await self._forget_session()
            # Entered anew, it has a queue without the news of its end.
            await self._client.__aenter__()
            await self.log_in()
            return
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await close_gateway(self._client)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("discord.not_hung_up", error=type(error).__name__)

    async def _forget_session(self) -> None:
        await self._client.http.close()
        # Closed with its session; only without one the library makes another.
        self._client.http.connector = discord.utils.MISSING


async def close_gateway(client: discord.Client) -> None:
    """Close the connection to the gateway, if there is one."""
    if client.ws is not None:
        await client.ws.close()


async def close(client: discord.Client) -> None:
    """Close everything of a client; an end that has fallen silent is not waited for."""
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            await client.close()
    except TimeoutError:
        await client.http.close()
