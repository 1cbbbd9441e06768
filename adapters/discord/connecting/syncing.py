"""Registering the commands with Discord: only when they are others than were registered last, or than are there."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.http import Route

from adapters.discord.connecting.commands import Sentences, Tree
from adapters.discord.connecting.registered import unsynced
from adapters.discord.ids import ADAPTER
from bot.domain import Json
from bot.errors import StoreError
from bot.ports import Store

SYNC_SECONDS = 60.0
LOOK_SECONDS = 10.0
"""How long looking at what is registered may keep the bot from beginning."""
EVERYWHERE = ""
"""In a server's place: the commands of all servers."""
PLACES = "commands registered"
"""The note of the servers where commands were registered."""

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

    Where an earlier start of this installation registered them and they are not wanted any more, they are taken away:
    people would see each twice. What fails is logged and tried at the next start: the bot works with the commands that
    there are.
    """
    await tree.set_translator(Sentences())
    payload = await payload_of(tree)
    wanted = list(dict.fromkeys(guilds)) or [EVERYWHERE]
    done = []
    async with _tolerated(""):
        # Noted before anything is registered: what an interrupted start leaves is found by the next.
        before = await _places(kept)
        await _keep_places(kept, {*before, *wanted}, before)
        for guild in wanted:
            async with _tolerated(guild):
                if await _sync(tree, kept, guild, payload):
                    done.append(guild)
        for guild in sorted(before - {*wanted}):
            async with _tolerated(guild):
                await _clear(tree, kept, guild)
    return done


async def _sync(tree: Tree, kept: Kept, guild: str, payload: list[Json]) -> bool:
    name, wanted = _note(guild), digest(tree, payload)
    async with asyncio.timeout(SYNC_SECONDS):
        if await kept.read(name) == wanted and not await _changed_there(tree, guild, payload):
            return False
        where = _where(guild)
        if where is not None:
            tree.copy_global_to(guild=where)
        await tree.sync(guild=where)
    await kept.keep(name, wanted)
    log.info("discord.commands_synced", guild=guild)
    return True


async def _changed_there(tree: Tree, guild: str, payload: list[Json]) -> bool:
    """Whether somebody has changed or deleted what was registered."""
    async with asyncio.timeout(LOOK_SECONDS):
        there = await fetched(tree.client, guild)
    return bool(unsynced(payload, there, everywhere=not guild))


async def fetched(client: discord.Client, guild: str) -> list[Json]:
    """Return the commands of all servers, or of one, as Discord has them.

    The library asks for them without their translations, and loses where they may be used.
    """
    application, path = client.application_id, "/applications/{application_id}"
    if guild:
        route = Route("GET", path + "/guilds/{guild_id}/commands", application_id=application, guild_id=int(guild))
    else:
        route = Route("GET", path + "/commands", application_id=application)
    found: list[Json] = await client.http.request(route, params={"with_localizations": "true"})
    return found


async def _clear(tree: Tree, kept: Kept, guild: str) -> None:
    application = tree.client.application_id
    assert application is not None  # logged in
    http = tree.client.http
    async with asyncio.timeout(SYNC_SECONDS):
        if guild:
            await http.bulk_upsert_guild_commands(application, int(guild), payload=[])
        else:
            await http.bulk_upsert_global_commands(application, payload=[])
    await kept.keep(_note(guild), "")
    before = await _places(kept)
    await _keep_places(kept, before - {guild}, before)
    log.info("discord.commands_cleared", guild=guild)


async def _places(kept: Kept) -> set[str]:
    return set(json.loads(await kept.read(PLACES) or "[]"))


async def _keep_places(kept: Kept, places: set[str], before: set[str]) -> None:
    if places != before:
        await kept.keep(PLACES, json.dumps(sorted(places)))


@asynccontextmanager
async def _tolerated(guild: str) -> AsyncIterator[None]:
    """Log what fails in a block, and go on after it."""
    try:
        yield
    except (discord.DiscordException, app_commands.AppCommandError, aiohttp.ClientError) as error:
        log.warning("discord.commands_not_synced", guild=guild, error=type(error).__name__)
    except (StoreError, OSError, TimeoutError) as error:
        log.warning("discord.commands_not_synced", guild=guild, error=type(error).__name__)


def _where(guild: str) -> discord.Object | None:
    return discord.Object(int(guild)) if guild else None


def _note(guild: str) -> str:
    return f"commands:{guild}"


async def payload_of(tree: Tree) -> list[Json]:
    """Return what is registered, translated."""
    translator = Sentences()
    return [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]


def digest(tree: Tree, payload: list[Json]) -> str:
    """Return what stands for exactly this registration by this application."""
    whole = [tree.client.application_id, payload]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
