"""The resident memory of a bot that serves Slack and has nothing to do, and what it is made of."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure, median
from benchmarks.slack_rig import Ours, Running, Slack

IDLE = 5.0
"""Seconds that it has been connected."""
ROUNDS = 3
PARTS = {
    "the interpreter": "",
    "asyncio, ssl": "import asyncio",
    "the command line (typer)": "import bot.commands",
    "logs (structlog, rich)": "import structlog",
    "settings (pydantic, yaml)": "import bot.config",
    "the store (sqlalchemy, sqlite)": "import bot.store",
    "teams (jsonschema)": "import agents.team",
    "models (httpx, aiohttp)": "import agents.models.pool",
    "Slack (bolt, slack_sdk, cryptography, markdown-it)": "import adapters.slack.adapter",
    "the core": "import bot.engine, bot.inbox, bot.recovery, bot.overview, bot.commands.serve",
}
"""What a start imports, in its order."""
_WEIGH = """
import re
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def measure(folder: Path) -> list[Figure]:
    """Return the figure; what it is made of is printed."""
    idle = median([asyncio.run(_idle(folder / str(number))) for number in range(ROUNDS)])
    parts = _parts()
    parts["at work: threads, connections, the store's cache"] = idle - sum(parts.values())
    for name, megabytes in parts.items():
        print(f"  {megabytes:6.1f} MB  {name}", file=sys.stderr, flush=True)
    return [
        Figure(
            name="slack_memory_idle",
            value=round(idle, 1),
            unit="MB",
            goal="<= 130",
            yardstick="of it the interpreter and its asyncio, in MB",
            yardstick_value=round(parts["the interpreter"] + parts["asyncio, ssl"], 1),
        )
    ]


async def _idle(folder: Path) -> float:
    slack = Slack(1)
    async with slack.server:
        # Nobody answers there: nothing is asked of a model.
        async with Ours(folder, slack, "http://127.0.0.1:9").running() as running:
            await asyncio.sleep(IDLE)
            return resident(running)


def resident(running: Running) -> float:
    """Return a process's resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{running.pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def _parts() -> dict[str, float]:
    """Weigh the imports one after the other, in a process of their own."""
    lines = [_WEIGH, *(f"{code}\nprint(resident())" for code in PARTS.values())]
    done = subprocess.run([sys.executable, "-P", "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    weights = [int(line) / 1024 for line in done.stdout.split()]
    return {name: now - before for name, now, before in zip(PARTS, weights, [0.0, *weights], strict=False)}
