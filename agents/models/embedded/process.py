"""The embedded model's server as seen by its owner: started when it is needed, again after a crash, and stopped."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import IO

from agents.models.embedded import runtime
from bot.errors import ModelFailedError

_STOP = 5.0
"""Seconds a server has to end by itself."""


class ServerProcess:
    """One llama.cpp server for one file. `address` brings it up; it ends with this process at the latest."""

    def __init__(self, path: Path, name: str, *, context: int, parallel: int, loading: float) -> None:
        self.path = path
        self._arguments = [str(path), "--name", name, "--context", str(context), "--parallel", str(parallel)]
        self._loading = loading
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._errors: IO[bytes] | None = None
        self._address = ""

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self.running and self._process is not None else None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def address(self) -> str:
        """Return where the server listens, after starting it where it is not running.

        Raises:
            ModelFailedError: It cannot be started; the message ends with its own last words.
        """
        async with self._lock:
            if not self.running:
                await self._discard()
                await self._start()
            return self._address

    async def ended(self, seconds: float) -> bool:
        """Whether the process has ended, or does so within this time: a connection breaks before its end is known."""
        process = self._process
        if process is None:
            return True
        try:
            async with asyncio.timeout(seconds):
                await process.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """End the process."""
        async with self._lock:
            await self._discard()

    async def _start(self) -> None:
        self._errors = await asyncio.to_thread(tempfile.TemporaryFile)
        # -P: neither this folder nor the working folder may lend the server a module by accident.
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", runtime.__file__, "--parent", str(os.getpid())),
            *self._arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._errors,
        )
        try:
            self._address = await self._announced(self._process)
        except BaseException:
            await self._discard()
            raise

    async def _announced(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._loading):
                line = await process.stdout.readline()
        except TimeoutError as error:
            raise ModelFailedError(f"The embedded model was not loaded within {self._loading:g} s.") from error
        if not line:
            raise ModelFailedError(f"The embedded model {self.path} could not be loaded{await self._last_words()}")
        return str(json.loads(line)["address"])

    async def _last_words(self) -> str:
        def read(errors: IO[bytes]) -> str:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            return f": {lines[-1][-300:]}" if lines else "."

        return await asyncio.to_thread(read, self._errors) if self._errors is not None else "."

    async def _discard(self) -> None:
        process, self._process = self._process, None
        errors, self._errors = self._errors, None
        if process is not None:
            await _end(process)
        if errors is not None:
            errors.close()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(_STOP):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
