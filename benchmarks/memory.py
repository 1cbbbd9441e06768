"""The resident memory of a bot that has nothing to do, and of what it imports."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.rig import Ours, Running

IDLE = 5.0
"""Seconds that it has been connected."""
ROUNDS = 3
FIRST = {
    "the interpreter": "",
    "asyncio, ssl": "import asyncio",
    "the command line (typer)": "import bot.commands",
    "logs (structlog, rich)": "import structlog",
    "settings (pydantic, yaml)": "import bot.config",
    "the store (sqlalchemy, sqlite)": "import bot.store",
    "teams (jsonschema)": "import agents.team",
    "models (httpx, aiohttp)": "import agents.models.pool",
}
"""What every start imports, in its order; then come the platforms."""
LAST = {"the core": "import bot.engine, bot.inbox, bot.recovery, bot.overview, bot.commands.serve"}
_WEIGH = """
import re
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


async def idle(ours: Ours) -> float:
    """Return the resident memory, in MB, of a bot that has been connected for a while."""
    async with ours.running() as running:
        await asyncio.sleep(IDLE)
        return resident(running)


def resident(running: Running) -> float:
    """Return a process's resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{running.pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def weighed(name: str, megabytes: float, platforms: Mapping[str, str], goal: str) -> Figure:
    """Return the figure; what it is made of is printed.

    Args:
        name: The figure's.
        megabytes: What was measured.
        platforms: What a start imports for them, by what is told of it.
        goal: What is to be reached.
    """
    parts = _parts(FIRST | {**platforms} | LAST)
    parts["at work: threads, connections, the store's cache"] = megabytes - sum(parts.values())
    print(f"{name}:", file=sys.stderr)
    for part, weight in parts.items():
        print(f"  {weight:6.1f} MB  {part}", file=sys.stderr, flush=True)
    return Figure(
        name=name,
        value=round(megabytes, 1),
        unit="MB",
        goal=goal,
        yardstick="of it the interpreter and its asyncio, in MB",
        yardstick_value=round(parts["the interpreter"] + parts["asyncio, ssl"], 1),
    )


def _parts(imports: Mapping[str, str]) -> dict[str, float]:
    """Weigh imports one after the other, in a process of their own."""
    lines = [_WEIGH, *(f"{code}\nprint(resident())" for code in imports.values())]
    done = subprocess.run([sys.executable, "-P", "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    weights = [int(line) / 1024 for line in done.stdout.split()]
    return {name: now - before for name, now, before in zip(imports, weights, [0.0, *weights], strict=False)}
