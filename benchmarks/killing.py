"""kill -9 at random instants while people go on asking, on any platform."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, median, ratio, table
from benchmarks.rig import SECONDS, Ours, Platform, Running, at_rate

SPAN = 4.0
"""Each process lives for a random time, up to so many plain starts until the first post: a quarter die as they begin.

Were it less, most would die before they have worked at all, and what is begun and killed ten times without any
progress is given up, as it is to be."""


@dataclass(slots=True)
class Starts:
    """How long starts took, in seconds from the process's beginning."""

    heard: list[float] = field(default_factory=list)
    """Until it first showed that it heard of something."""
    shown: list[float] = field(default_factory=list)
    """Until its first post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often, and under what."""

    kills: int
    rate: float
    """How many times a second somebody asks something, whether anybody listens or not."""
    plain_every: int
    """Kills between two plain starts."""
    seed: int


Fresh = Callable[[str], AbstractAsyncContextManager[Ours]]
"""Makes a bot over an empty store, with a platform of its own, by a name."""


async def kill_often(subject: Ours, plan: Plan, fresh: Fresh) -> tuple[Starts, Starts]:
    """Start and kill the subject again and again; return how long those starts took, and how long plain ones."""
    again, plain = Starts(), Starts()
    chance, begun = random.Random(plan.seed), time.perf_counter()
    async with asking(subject.platform, plan.rate):
        for number in range(plan.kills):
            if number % plan.plain_every == 0:
                await _plain(fresh(f"plain-{number}"), plan.rate, plain)
                _progress(number, plan.kills, begun, subject.platform)
            span = chance.uniform(0, SPAN * median(plain.shown))
            await _live(subject.platform, await subject.start(), span, again)
    return again, plain


@asynccontextmanager
async def asking(platform: Platform, rate: float) -> AsyncIterator[None]:
    """Let people ask something all the while."""

    async def go_on() -> None:
        async for number in at_rate(rate, 0, sys.maxsize):
            await platform.say(number)

    async with asyncio.TaskGroup() as group:
        saying = group.create_task(go_on())
        yield
        saying.cancel()


async def _plain(fresh: AbstractAsyncContextManager[Ours], rate: float, starts: Starts) -> None:
    """Start over an empty store, with as much to do, and end it once it has shown something."""
    async with fresh as subject, asking(subject.platform, rate):
        await _live(subject.platform, await subject.start(), SECONDS, starts, shown_only=True)


async def _live(
    platform: Platform, running: Running, seconds: float, starts: Starts, *, shown_only: bool = False
) -> None:
    """Let it live so long, or (`shown_only`) until its first post; note when it was first heard of, and kill it."""
    before_heard, before_posted = platform.heard, platform.posted
    heard = shown = False
    while (age := time.perf_counter() - running.begun) < seconds and not (shown and shown_only):
        assert running.process.returncode is None, "the process has ended: see log.txt"
        if not heard and platform.heard > before_heard:
            heard = True
            starts.heard.append(age)
        if heard and not shown and platform.posted > before_posted:
            shown = True
            starts.shown.append(age)
        await asyncio.sleep(min(0.005, seconds - age))
    await running.kill()


def again_figures(name: str, again: Starts, plain: Starts, *, heard: str, goal: str) -> list[Figure]:
    """Return how soon it works again after a kill, against a plain start; `heard` says what is first seen of it."""
    told = {
        f"{name}_working_again": (again.heard, plain.heard, heard),
        f"{name}_posting_again": (again.shown, plain.shown, "its first post is shown"),
    }
    return [
        ratio(
            figure, ours=median(ours), theirs=median(theirs), goal=goal, yardstick=f"a plain start until {what}, in ms"
        )
        for figure, (ours, theirs, what) in told.items()
        # With few kills none may have lived that long.
        if ours
    ]


def main(measure: Callable[[Path, int | None], list[Figure]]) -> None:
    """Measure with as many kills as the command line says, print the figures and keep nothing."""
    with TemporaryDirectory(prefix="threadfast-bench-") as place:
        print(table(measure(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else None)))


def _progress(number: int, kills: int, begun: float, platform: Platform) -> None:
    seconds = time.perf_counter() - begun
    print(f"  {number} of {kills} kills, {platform.events} events, {seconds:.0f} s", file=sys.stderr, flush=True)
