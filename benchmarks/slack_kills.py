"""kill -9 at random instants under twenty events a second: what is lost, and how soon it works again.

`python -m benchmarks.slack_kills [KILLS]` measures with fewer kills and keeps nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.counting import Ledger, count, held_in
from benchmarks.figures import Figure
from benchmarks.killing import Plan, Starts, again_figures, kill_often, main
from benchmarks.rig import Ours, until_quiet
from benchmarks.server import model_server
from benchmarks.slack_counting import seen_in
from benchmarks.slack_rig import Slack, install

KILLS = 200
RATE = 20.0
"""Events a second, whether somebody receives them or not: each message that mentions the bot comes as two."""
PLAIN_EVERY = 10
CHANNELS = 200
WORKSPACES = 20
RETRIES = (0.0, 1.0, 2.0, *[5.0] * 500)
"""Seconds until an event comes again that nobody acknowledged: Slack's own three tries, drawn closer and as many as it
takes, so that what is lost is not lost by Slack."""
SEED = 5


def measure(folder: Path, kills: int | None = None) -> list[Figure]:
    """Return the figures."""
    many = KILLS if kills is None else kills
    ledger, again, plain, events = asyncio.run(_measure(folder, many))
    print(f"slack_kills: {ledger}", file=sys.stderr, flush=True)
    heard = "its first event is acknowledged"
    return [
        *ledger.figures("slack_kills", f"kills, under {events} events", many),
        *again_figures("slack_kills", again, plain, heard=heard, goal="<= 1.5"),
    ]


async def _measure(folder: Path, kills: int) -> tuple[Ledger, Starts, Starts, int]:
    slack = Slack(CHANNELS, workspaces=WORKSPACES)
    slack.server.knobs.retries = RETRIES
    plan = Plan(kills=kills, rate=RATE / 2, plain_every=PLAIN_EVERY, seed=SEED)
    with model_server() as models:

        @asynccontextmanager
        async def fresh(name: str) -> AsyncIterator[Ours]:
            other = Slack(CHANNELS)
            async with other.server:
                yield Ours(folder / name, other, models.url)

        async with slack.server:
            subject = Ours(folder / "ours", slack, models.url)
            await install(subject, slack)
            again, plain = await kill_often(subject, plan, fresh)
            async with subject.running():
                await slack.server.settled()
                await until_quiet(slack)
    ledger = count(slack.threads, held_in(subject.database), seen_in(slack.channels))
    return ledger, again, plain, slack.events


if __name__ == "__main__":
    main(measure)
