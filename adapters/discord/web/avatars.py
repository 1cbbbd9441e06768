"""Pictures of agents where Discord can fetch them: kept with Discord itself, as emojis of the application.

A message of a webhook gets its picture by a public address only. An application may keep two thousand emojis of its
own, which stand on Discord's own host for everybody to load, and nobody else learns an agent's name that way.
"""

from __future__ import annotations

import asyncio

import discord
import structlog

from adapters.discord.rendering.pictures import digest_of, picture_of
from adapters.discord.web.refusals import Doing, translated
from bot.errors import PostRefusedError, RetryLaterError

PREFIX = "threadfast_"
"""Of our emojis' names."""
STANDARD = "/embed/avatars/{number}.png"
"""Discord's own pictures, for when none of ours can be had."""
STANDARDS = 6
MOST = 500
"""Pictures that are kept; the application may have emojis for other ends, too."""
SECONDS = 5.0
"""How long a message waits for the picture of an agent that speaks for the first time."""

log = structlog.get_logger()


class Avatars:
    """The addresses of agents' pictures."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._known: dict[str, str] = {}
        self._listed = False
        self._lane = asyncio.Lock()

    async def of(self, agent: str) -> str:
        """Return where an agent's picture is; one of Discord's own where ours cannot be kept. Never raises for that."""
        name = name_of(agent)
        if name in self._known:
            return self._known[name]
        try:
            async with asyncio.timeout(SECONDS), self._lane:
                if not self._listed:
                    await self._list()
                if name not in self._known:
                    self._known[name] = await self._keep(name, agent)
        except (RetryLaterError, ConnectionError, TimeoutError) as error:
            log.info("discord.no_picture", error=type(error).__name__)
            return standard(agent)
        except PostRefusedError as error:
            log.warning("discord.no_picture", error=type(error).__name__)
            self._known[name] = standard(agent)
        return self._known[name]

    async def _list(self) -> None:
        """Learn which pictures are kept."""
        with translated(Doing.SEE):
            emojis = await self._client.fetch_application_emojis()
        self._known = {emoji.name: emoji.url for emoji in emojis if emoji.name.startswith(PREFIX)}
        self._listed = True

    async def _keep(self, name: str, agent: str) -> str:
        if len(self._known) >= MOST:
            return standard(agent)
        try:
            with translated(Doing.SEE):
                return (await self._client.create_application_emoji(name=name, image=picture_of(agent))).url
        except PostRefusedError:
            # Another process of ours may have kept it meanwhile: a name stands for one picture only.
            await self._list()
            if name not in self._known:
                raise
        return self._known[name]


def name_of(agent: str) -> str:
    """Return the name of an agent's emoji: at most 32 letters, digits and underscores."""
    return PREFIX + digest_of(agent).hex()[:16]


def standard(agent: str) -> str:
    """Return one of Discord's own pictures, the same for the same agent."""
    return discord.Asset.BASE + STANDARD.format(number=digest_of(agent)[0] % STANDARDS)
