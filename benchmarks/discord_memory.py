"""The resident memory of a bot that serves Discord, or Slack and Discord, and has nothing to do."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.discord_rig import Discord
from benchmarks.figures import Figure, median
from benchmarks.memory import ROUNDS, idle, weighed
from benchmarks.rig import Ours
from benchmarks.slack_memory import SLACK
from benchmarks.slack_rig import Slack

DISCORD = {"Discord (discord.py, markdown-it)": "import adapters.discord.adapter"}
NOBODY = "http://127.0.0.1:9"
"""Nobody answers there: nothing is asked of a model."""


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    alone = median([asyncio.run(_alone(folder / f"alone-{number}")) for number in range(ROUNDS)])
    both = median([asyncio.run(_both(folder / f"both-{number}")) for number in range(ROUNDS)])
    return [
        weighed("discord_memory_idle", alone, DISCORD, "<= 140"),
        weighed("slack_and_discord_memory_idle", both, SLACK | DISCORD, "<= 170"),
    ]


async def _alone(folder: Path) -> float:
    discord = Discord(1)
    async with discord.server:
        return await idle(Ours(folder, discord, NOBODY))


async def _both(folder: Path) -> float:
    slack, discord = Slack(1), Discord(1)
    async with slack.server, discord.server:
        megabytes = await idle(Ours(folder, discord, NOBODY, slack.settings))
        assert slack.requests, "Slack was not reached: see log.txt"
        return megabytes
