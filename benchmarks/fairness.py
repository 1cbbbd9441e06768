"""How long people wait for a run of one answer while one person has two hundred runs at work, against without those.

The model host works on four calls at a time, each of a fixed time, as the settings have it. Nobody has a budget: the
usual one would refuse most of the two hundred.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from agents.models.pool import Models, ModelSettings
from benchmarks.bot import Bot, bot, talking, thread, write_team
from benchmarks.figures import Figure, median, percentile, ratio
from benchmarks.server import model_server
from bot.domain import Person
from bot.engine import Limits

STARTS = 200
OTHERS = 40
LATENCY = 0.3
SLOTS = 4
MALLORY = Person(id="mallory", name="Mallory", language="en")


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    alone, beside = asyncio.run(_measure(folder))
    return [
        ratio(
            "fairness_median",
            ours=median(beside),
            theirs=median(alone),
            goal="<= 2.0",
            yardstick="others' median without the 200 runs, in ms",
        ),
        ratio(
            "fairness_p95",
            ours=percentile(beside, 0.95),
            theirs=percentile(alone, 0.95),
            goal="<= 2.0",
            yardstick="others' 95th percentile without the 200 runs, in ms",
        ),
    ]


async def _measure(folder: Path) -> tuple[list[float], list[float]]:
    write_team(folder, talking(1, model="twenty"))
    write_team(folder, talking(20).replace("name: talking", "name: endless"))
    limits = Limits(per_person=Limits().concurrency // 2)
    with model_server(delay=LATENCY) as server:
        models = Models(ModelSettings(cache=folder, openai_base_url=server.base_url, slots=SLOTS))
        async with bot(folder, models, drain_seconds=0.0, limits=limits) as subject:
            await _waits(subject, "warming", 3)
            alone = await _waits(subject, "alone", OTHERS)
            for number in range(STARTS):
                await subject.say(thread(f"mallory-{number}"), "Begin.", "endless", MALLORY)
            beside = await _waits(subject, "beside", OTHERS)
    return alone, beside


async def _waits(subject: Bot, name: str, count: int) -> list[float]:
    """Have so many people start a run, one after the other; return how long each waited for its end."""
    found = []
    for number in range(count):
        begun = time.perf_counter()
        by = Person(id=f"{name}-{number}", name="Other", language="en")
        await subject.until_ended(thread(f"{name}-{number}"), "Begin.", "talking", by)
        found.append(time.perf_counter() - begun)
    return found
