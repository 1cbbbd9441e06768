"""A bare discord.py bot as a process of its own: the same library, defers every /ask at once and does nothing else."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Bare(discord.Client):
    """Has one command."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="ask", description="Ask")(_ask)

    async def setup_hook(self) -> None:
        """Register it."""
        await self.tree.sync()


async def _ask(interaction: discord.Interaction[Any], prompt: str) -> None:  # noqa: ARG001 - the command has it
    await interaction.response.defer(thinking=True)


async def serve(token: str, api_url: str, gateway_url: str) -> None:
    """Receive for ever."""
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    async with Bare() as bare:
        await bare.start(token)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
