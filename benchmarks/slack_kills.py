"""kill -9 at random instants under twenty events a second: what is lost, and how soon it works again.

`python -m benchmarks.slack_kills [KILLS]` measures with fewer kills and keeps nothing.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, median, ratio, table
from benchmarks.server import model_server
from benchmarks.slack_counting import Ledger, count, held_in, seen_in
from benchmarks.slack_ledger import figures
from benchmarks.slack_rig import SECONDS, Ours, Running, Slack, at_rate, until_quiet

KILLS = 200
RATE = 20.0
"""Events a second, whether somebody receives them or not: each message that mentions the bot comes as two."""
SPAN = 4.0
"""Each process lives for a random time, up to so many plain starts until the first post: a quarter die as they begin.

Were it less, most would die before they have worked at all, and what is begun and killed ten times without any
progress is given up, as it is to be."""
PLAIN_EVERY = 10
"""Kills between two plain starts."""
CHANNELS = 200
WORKSPACES = 20
RETRIES = (0.0, 1.0, 2.0, *[5.0] * 500)
"""Seconds until an event comes again that nobody acknowledged: Slack's own three tries, drawn closer and as many as it
takes, so that what is lost is not lost by Slack."""
SEED = 5


@dataclass(slots=True)
class Starts:
    """How long starts took, in seconds from the process's beginning."""

    acknowledged: list[float] = field(default_factory=list)
    """Until the first event was acknowledged."""
    shown: list[float] = field(default_factory=list)
    """Until the first post was shown."""


def measure(folder: Path, kills: int | None = None) -> list[Figure]:
    """Return the figures."""
    many = KILLS if kills is None else kills
    ledger, again, plain, events = asyncio.run(_measure(folder, many))
    print(f"slack_kills: {ledger}", file=sys.stderr, flush=True)
    yardstick = "a plain start until {}, in ms"
    return [
        *figures("slack_kills", ledger, f"kills, under {events} events", many),
        ratio(
            "slack_kills_working_again",
            ours=median(again.acknowledged),
            theirs=median(plain.acknowledged),
            goal="<= 1.5",
            yardstick=yardstick.format("its first event is acknowledged"),
        ),
        ratio(
            "slack_kills_posting_again",
            ours=median(again.shown),
            theirs=median(plain.shown),
            goal="<= 1.5",
            yardstick=yardstick.format("its first post is shown"),
        ),
    ]


async def _measure(folder: Path, kills: int) -> tuple[Ledger, Starts, Starts, int]:
    slack, again, plain = Slack(CHANNELS, workspaces=WORKSPACES), Starts(), Starts()
    slack.server.knobs.retries = RETRIES
    with model_server() as models:
        async with slack.server:
            subject = Ours(folder / "ours", slack, models.url)
            await subject.install()
            chance, begun = random.Random(SEED), time.perf_counter()
            async with _events(slack):
                for number in range(kills):
                    if number % PLAIN_EVERY == 0:
                        await _plain(folder / f"plain-{number}", models.url, plain)
                        _progress(number, kills, begun, slack)
                    span = chance.uniform(0, SPAN * median(plain.shown))
                    await _until(slack, await subject.start(), span, again)
            async with subject.running():
                await slack.server.settled()
                await until_quiet(slack)
    ledger = count(slack.threads, held_in(subject.database), seen_in(slack.channels))
    return ledger, again, plain, 2 * len(slack.threads)


@asynccontextmanager
async def _events(slack: Slack) -> AsyncIterator[None]:
    """Let people say something all the while."""

    async def go_on() -> None:
        async for number in at_rate(RATE / 2, 0, sys.maxsize):
            await slack.mention(number)

    async with asyncio.TaskGroup() as group:
        saying = group.create_task(go_on())
        yield
        saying.cancel()


async def _plain(folder: Path, models: str, starts: Starts) -> None:
    """Start over an empty store, with the same events, and end it once it has shown something."""
    slack = Slack(CHANNELS)
    async with slack.server:
        async with _events(slack):
            running = await Ours(folder, slack, models).start()
            await _until(slack, running, SECONDS, starts, shown_only=True)


async def _until(slack: Slack, running: Running, seconds: float, starts: Starts, *, shown_only: bool = False) -> None:
    """Let it live so long, or (`shown_only`) until its first post; note when it was first heard of, and kill it."""
    acknowledged, posts = len(slack.timed.taken), len(slack.server.calls("chat.postMessage"))
    heard = shown = False
    while (age := time.perf_counter() - running.begun) < seconds and not (shown and shown_only):
        assert running.process.returncode is None, "the process has ended: see log.txt"
        if not heard and len(slack.timed.taken) > acknowledged:
            heard = True
            starts.acknowledged.append(age)
        if heard and not shown and len(slack.server.calls("chat.postMessage")) > posts:
            shown = True
            starts.shown.append(age)
        await asyncio.sleep(min(0.005, seconds - age))
    await running.kill()


def _progress(number: int, kills: int, begun: float, slack: Slack) -> None:
    events, seconds = 2 * len(slack.threads), time.perf_counter() - begun
    print(f"  {number} of {kills} kills, {events} events, {seconds:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    with TemporaryDirectory(prefix="threadfast-bench-") as place:
        print(table(measure(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else None)))
