"""What the benchmarks of all platforms share: the bot as a process, started as often as wanted, and their pace."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.bot import write_team

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-P", "-m", "bot", "run"]
SECONDS = 60.0
"""How long a process may take to connect."""
SETTLES = 5.0
"""Seconds after the last end that is waited for."""

ECHOING = """
name: echoing
kind: two_agent
max_turns: 1
agents:
  colleague: {instructions: "[[agent:colleague]] You answer.", model: echo}
  human: {human: true, human_input_mode: NEVER, default_auto_reply: "Go on."}
"""
"""A team whose run is one answer that names the number of its message: a turn, then the run's end."""


UNBOUNDED = {
    "THREADFAST_BUDGETS": '{"person": null}',
    "THREADFAST_MODEL_SLOTS": "0",
    "THREADFAST_CONCURRENCY": "400",
}
"""Settings under which one person may start any number of runs, all at once: half of the places are one person's."""


class Platform(Protocol):
    """A platform of our own in this process, with people who ask the bot something."""

    @property
    def settings(self) -> dict[str, str]:
        """What the bot is told to reach it; known once it listens."""
        ...

    @property
    def is_connected(self) -> bool:
        """Whether a bot listens."""
        ...

    @property
    def requests(self) -> int:
        """How many requests the bot has made."""
        ...

    @property
    def heard(self) -> int:
        """How often the bot has shown that it heard of something."""
        ...

    @property
    def posted(self) -> int:
        """How often the bot has tried to post."""
        ...

    @property
    def events(self) -> int:
        """How much was said and used so far."""
        ...

    async def say(self, number: int) -> object:
        """Have somebody ask something, with this number."""
        ...

    def open_threads(self) -> list[str]:
        """Return the conversations whose threads do not show the ends of all their runs."""
        ...


@dataclass(slots=True, kw_only=True)
class Running:
    """A process that serves."""

    process: asyncio.subprocess.Process
    begun: float

    @property
    def pid(self) -> int:
        """Its id."""
        return self.process.pid

    async def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        await self.process.wait()

    async def end(self) -> None:
        """Ask it to end, and wait."""
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


async def start(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Running:
    """Start a process whose words go into `log.txt` of the folder."""
    begun = time.perf_counter()
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **environment},
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Running(process=process, begun=begun)


async def connected(platform: Platform, running: Running) -> None:
    """Return once the process has its connection.

    Raises:
        AssertionError: It ended before.
        TimeoutError: It is too slow.
    """
    async with asyncio.timeout(SECONDS):
        while not platform.is_connected:
            assert running.process.returncode is None, "the process has ended: see log.txt"
            await asyncio.sleep(0.002)


@dataclass(slots=True)
class Ours:
    """The bot of this project, started as often as a benchmark wants over the same store."""

    folder: Path
    platform: Platform
    models: str
    more: dict[str, str] = field(default_factory=dict)
    team: str = ECHOING

    def __post_init__(self) -> None:
        (self.folder / "teams").mkdir(parents=True)
        write_team(self.folder / "teams", self.team)

    @property
    def database(self) -> Path:
        """Where its store is."""
        return self.folder / "data" / "threadfast.db"

    async def start(self) -> Running:
        """Start it; it is not connected yet."""
        settings = {
            "THREADFAST_OPENAI_BASE_URL": f"{self.models}/v1",
            "THREADFAST_DATA_FOLDER": str(self.folder / "data"),
            "THREADFAST_TEAMS_FOLDER": str(self.folder / "teams"),
            **UNBOUNDED,
            "THREADFAST_TEAM": self.team.split("name:", 1)[1].split(maxsplit=1)[0],
        }
        return await start(COMMAND, self.folder, settings | self.platform.settings | self.more)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        """Serve around a block."""
        process = await self.start()
        try:
            await connected(self.platform, process)
            yield process
        finally:
            await process.end()


@contextmanager
def no_collections() -> Iterator[None]:
    """Collect no garbage in this process around a block: the server's pauses would be taken for the bot's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def at_rate(rate: float, first: int, last: int) -> AsyncIterator[int]:
    """Yield numbers, so many a second by the clock, however late the taker is."""
    begun = time.perf_counter()
    for place, number in enumerate(range(first, last)):
        await asyncio.sleep(max(0.0, begun + place / rate - time.perf_counter()))
        yield number


async def until_quiet(platform: Platform, quiet: float = 150.0, settles: float = SETTLES) -> None:
    """Return when every thread shows its runs' ends and a while after that, or when nothing more is asked for."""
    requests, since = -1, time.perf_counter()
    while platform.open_threads() and time.perf_counter() - since < quiet:
        now = platform.requests
        requests, since = (now, time.perf_counter()) if now != requests else (requests, since)
        await asyncio.sleep(0.5)
    # What would be shown twice has its time to be shown.
    await asyncio.sleep(settles)
