"""Real processes for tests: the command itself, and servers of the tests beside it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import aiohttp

from tests.canaries import PLANTED, planted_around, with_login
from tests.integration.terminal.threadfast import COMMAND, MEASURED

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
    measured: bool = True
    """Whether its lines that are run are counted, where the tests' are: it makes each start half as slow again."""

    async def start(self, *arguments: str, err: int | IO[bytes] = PIPE) -> Process:
        """Start it."""
        ours = {"THREADFAST_DATA_FOLDER": str(self.home / "data"), "OLLAMA_HOST": "http://127.0.0.1:9"}
        ours |= {"THREADFAST_LOG_LEVEL": "debug"} | planted_around(self.settings)
        return await create_subprocess_exec(
            *COMMAND,
            *arguments,
            env={**os.environ, **(MEASURED if self.measured else {}), **ours, **self.settings},
            cwd=self.home,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=err,
        )

    async def run(self, *arguments: str) -> Done:
        """Run it to its end."""
        return await ended(await self.start(*arguments))

    @asynccontextmanager
    async def running(self, *arguments: str, says: str) -> AsyncIterator[Process]:
        """Start it, wait until standard error holds these words, and `kill -9` it at the end of the block.

        What it says goes to a file, so that nothing waits for somebody who reads it; a failure in the block shows it.
        """
        said = self.home / f"said-{len([*self.home.glob('said-*')])}.txt"
        with said.open("wb") as file:
            process = await self.start(*arguments, err=file)
        try:
            await _until_said(process, said, words=says)
            yield process
        except BaseException as error:
            error.add_note(f"the process said:\n{said.read_text('utf-8', 'replace')[-4000:]}")
            raise
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def _until_said(process: Process, said: Path, *, words: str) -> None:
    async with asyncio.timeout(SECONDS):
        while words not in _read(said):
            assert process.returncode is None, f"the process ended without saying {words!r}"
            await asyncio.sleep(0.02)


def _read(said: Path) -> str:
    return said.read_text("utf-8", "replace")


async def ended(process: Process) -> Done:
    """Wait for the end of a process and return what it said."""
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    done = Done(status=process.returncode or 0, out=out.decode(), err=(err or b"").decode())
    PLANTED.said += [("standard output", done.out), ("standard error", done.err)]
    return done


async def told(process: Process, words: str) -> str:
    """Read standard error until a sentence with these words, and return it; what is logged is none."""
    assert process.stderr is not None
    async with asyncio.timeout(SECONDS):
        while line := (await process.stderr.readline()).decode():
            if words in line and not line.startswith("{"):
                return line
    raise AssertionError(f"the process ended without saying {words!r}")


@asynccontextmanager
async def serving(*command: str) -> AsyncIterator[str]:
    """Run a server of the tests, `python -m …`, and give the first line that it prints."""
    running = await create_subprocess_exec(sys.executable, "-m", *command, stdout=PIPE)
    assert running.stdout is not None
    try:
        yield (await running.stdout.readline()).decode().strip()
    finally:
        running.terminate()
        await running.wait()


@asynccontextmanager
async def model_server(scripts: str) -> AsyncIterator[str]:
    """Run a model server that says what these scripts say, and give its address."""
    async with serving("tests.model_server", "--scripts", scripts) as port:
        yield f"http://127.0.0.1:{port}"


async def tell_model(address: str, **values: object) -> None:
    """Tell a model server how to behave."""
    async with aiohttp.ClientSession() as session, session.post(f"{address}/_ctl", json=values) as done:
        assert done.status == 200


def settings_for(model: str) -> dict[str, str]:
    """Return the settings with which the command asks a scripted model."""
    return {"OLLAMA_HOST": with_login(model), "THREADFAST_MODELS": '{"chat": "m", "code": "m"}'}


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def ollama_answers() -> bool:
    """Whether an Ollama of this machine would be asked instead of the embedded model."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", 11434), timeout=1):
        return True
    return False


async def keep(name: str, text: str) -> None:
    """Keep a transcript where the environment says, for whoever wants to read it."""
    folder = os.environ.get("KEEP_TRANSCRIPTS")
    if folder:
        await asyncio.to_thread(Path(folder, f"{name}.txt").write_text, text, "utf-8")
