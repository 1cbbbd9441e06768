"""The command as a real process beside the fake Slack, which lives in the test's own loop."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.terminal.threadfast import COMMAND

SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A process that has ended."""

    status: int
    out: str
    err: str


@dataclass
class Command:
    """Starts `threadfast` in a folder of its own."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    async def start(self, *arguments: str) -> Process:
        """Start it."""
        ours = {"THREADFAST_DATA_FOLDER": str(self.home / "data"), "OLLAMA_HOST": "http://127.0.0.1:9"}
        return await asyncio.create_subprocess_exec(
            *COMMAND,
            *arguments,
            env={**os.environ, **ours, **self.settings},
            cwd=self.home,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )

    async def run(self, *arguments: str) -> Done:
        """Run it to its end."""
        return await ended(await self.start(*arguments))


async def ended(process: Process) -> Done:
    """Wait for the end of a process and return what it said."""
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    return Done(status=process.returncode or 0, out=out.decode(), err=err.decode())


async def told(process: Process, words: str) -> str:
    """Read standard error until a line with these words, and return that line."""
    assert process.stderr is not None
    async with asyncio.timeout(SECONDS):
        while line := (await process.stderr.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"the process ended without saying {words!r}")
