"""kill -9 until the same run works again, against a plain start until ready."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.bot import talking, write_team
from benchmarks.figures import Figure, median, ratio
from benchmarks.server import Server, model_server

ROUNDS = 7
ROOT = Path(__file__).parent.parent
SLOW = 600.0
"""Seconds that the model takes to answer: every kill falls into a model call."""


def measure(folder: Path) -> list[Figure]:
    """Return the figure."""
    plain, again = [], []
    with model_server(delay=SLOW) as server:
        for number in range(-1, ROUNDS):
            place = folder / f"round-{number}"
            place.mkdir()
            write_team(place, talking(2))
            first = _Process(place, server.url)
            seconds = first.until_ready()
            calls = server.chats()
            first.say("Begin.")
            _until_asked(server, calls + 1)
            first.kill()
            begun = time.perf_counter()
            second = _Process(place, server.url)
            _until_asked(server, calls + 2)
            working = time.perf_counter() - begun
            second.kill()
            if number >= 0:
                plain.append(seconds)
                again.append(working)
    yardstick = "a plain start until ready, in ms"
    return [ratio("restart", ours=median(again), theirs=median(plain), goal="<= 1.3", yardstick=yardstick)]


def _until_asked(server: Server, calls: int) -> None:
    while server.chats() < calls:
        time.sleep(0.005)


class _Process:
    """A bot in a process of its own: says when it is ready, then takes messages from its standard input."""

    def __init__(self, folder: Path, url: str) -> None:
        self._begun = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.restart", str(folder), url]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def until_ready(self) -> float:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return time.perf_counter() - self._begun

    def say(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


async def _serve(folder: Path, url: str) -> None:
    from benchmarks.bot import bot, http_models, thread

    async with bot(folder, http_models(f"{url}/v1"), drain_seconds=0) as subject:
        # A start that has not imported the agent library is not ready for a message.
        await asyncio.to_thread(__import__, "agents.durable")
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await subject.say(thread("one"), line.strip(), "talking")


if __name__ == "__main__":
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2]))
