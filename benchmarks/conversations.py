"""Two hundred conversations in flight over real HTTP, against one alone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.bot import Bot, bot, http_models, talking, thread, write_team
from benchmarks.figures import Figure, median, ratio
from benchmarks.server import model_server

CONVERSATIONS = 200
ROUNDS = 7
LATENCY = 1.0


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    alone, together, threads = asyncio.run(_measure(folder))
    return [
        ratio(
            "conversations_200",
            ours=median(together),
            theirs=median(alone),
            goal="<= 2.0",
            yardstick="one conversation alone, in ms",
        ),
        Figure(
            name="conversations_200_threads",
            value=threads,
            unit="threads",
            goal="<= 16",
            yardstick="threads of the process",
            yardstick_value=1,
        ),
    ]


async def _measure(folder: Path) -> tuple[list[float], list[float], int]:
    write_team(folder, talking(1, model="twenty"))
    alone, together, threads = [], [], 0
    with model_server(delay=LATENCY) as server:
        async with bot(folder, http_models(server.base_url)) as subject:
            await _run(subject, "warming", CONVERSATIONS)
            for number in range(ROUNDS):
                alone.append((await _run(subject, f"alone-{number}", 1))[0])
                seconds, most = await _run(subject, f"together-{number}", CONVERSATIONS)
                together.append(seconds)
                threads = max(threads, most)
    return alone, together, threads


async def _run(subject: Bot, name: str, count: int) -> tuple[float, int]:
    """Start so many conversations at once; return the seconds until the last has ended, and the most threads."""
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, _threads())
            await asyncio.sleep(0.1)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        async with asyncio.TaskGroup() as conversations:
            for number in range(count):
                conversations.create_task(subject.until_ended(thread(f"{name}-{number}"), "Begin.", "talking"))
        watching.cancel()
    return time.perf_counter() - begun, most


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))
