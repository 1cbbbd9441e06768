"""Registering the commands with Discord: only when they are others than were registered last."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Protocol

import aiohttp
import discord
import structlog
from discord import app_commands

from adapters.discord.connecting.commands import Sentences, Tree
from adapters.discord.ids import ADAPTER
from bot.domain import Json
from bot.errors import StoreError
from bot.ports import Store

SYNC_SECONDS = 60.0

log = structlog.get_logger()


class Kept(Protocol):
    """Where it is kept what was registered."""

    async def read(self, name: str) -> str | None:
        """Return what is kept under this name."""
        ...

    async def keep(self, name: str, text: str) -> None:
        """Keep this under a name."""
        ...


class KeptInStore:
    """Notes in the store, each change in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, name: str) -> str | None:
        """Return what is kept under this name."""
        return await self._store.read(lambda records: records.notes.read(ADAPTER, name))

    async def keep(self, name: str, text: str) -> None:
        """Keep this under a name."""
        await self._store.write(lambda records: records.notes.keep(ADAPTER, name, text))


async def sync(tree: Tree, kept: Kept, guilds: Sequence[str]) -> list[str]:
    """Register the commands everywhere, or in these servers only; return where they had to be.

    What fails is logged and tried at the next start: the bot works with the commands that there are.
    """
    await tree.set_translator(Sentences())
    wanted = digest(tree, await payload_of(tree))
    done = []
    for guild in guilds or [""]:
        try:
            if await _sync(tree, kept, guild, wanted):
                done.append(guild)
        except (discord.DiscordException, app_commands.AppCommandError, aiohttp.ClientError) as error:
            log.warning("discord.commands_not_synced", guild=guild, error=type(error).__name__)
        except (StoreError, OSError, TimeoutError) as error:
            log.warning("discord.commands_not_synced", guild=guild, error=type(error).__name__)
    return done


async def _sync(tree: Tree, kept: Kept, guild: str, wanted: str) -> bool:
    name = f"commands:{guild}"
    if await kept.read(name) == wanted:
        return False
    where = discord.Object(int(guild)) if guild else None
    if where is not None:
        tree.copy_global_to(guild=where)
    async with asyncio.timeout(SYNC_SECONDS):
        await tree.sync(guild=where)
    await kept.keep(name, wanted)
    log.info("discord.commands_synced", guild=guild)
    return True


async def payload_of(tree: Tree) -> list[Json]:
    """Return what is registered, translated."""
    translator = Sentences()
    return [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]


def digest(tree: Tree, payload: list[Json]) -> str:
    """Return what stands for exactly this registration by this application."""
    whole = [tree.client.application_id, payload]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
