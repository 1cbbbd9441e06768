"""The resident memory of a bot that serves Slack and has nothing to do, and what it is made of."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.figures import Figure, median
from benchmarks.memory import ROUNDS, idle, weighed
from benchmarks.rig import Ours
from benchmarks.slack_rig import Slack

SLACK = {"Slack (bolt, slack_sdk, cryptography, markdown-it)": "import adapters.slack.adapter"}


def measure(folder: Path) -> list[Figure]:
    """Return the figure."""
    megabytes = median([asyncio.run(_idle(folder / str(number))) for number in range(ROUNDS)])
    return [weighed("slack_memory_idle", megabytes, SLACK, "<= 130")]


async def _idle(folder: Path) -> float:
    slack = Slack(1)
    async with slack.server:
        # Nobody answers there: nothing is asked of a model.
        return await idle(Ours(folder, slack, "http://127.0.0.1:9"))
