"""Ten thousand events, each delivered one to four times, while Slack fails at a fifth of the posts: what is lost."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

from benchmarks.counting import Ledger, count, held_in
from benchmarks.figures import Figure
from benchmarks.rig import Ours, at_rate, until_quiet
from benchmarks.server import model_server
from benchmarks.slack_counting import seen_in
from benchmarks.slack_rig import Slack, install
from tests.slack_server import Delivery

EVENTS = 10_000
"""Each message that mentions the bot comes as two."""
RATE = 50.0
CHANNELS = 800
WORKSPACES = 40
"""Slack lets an app read fifty threads a minute in one; after every ambiguous failure a thread is read."""
MOST_COPIES = 3
LATER = 15.0
"""Seconds within which an event comes again."""
FAULTY = 0.2
"""The share of posts that are answered 429 or 503, or accepted and not answered, a third each."""
SEED = 3


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    ledger = asyncio.run(_measure(folder))
    print(f"slack_ledger: {ledger}", file=sys.stderr, flush=True)
    return ledger.figures("slack_ledger", "events, delivered 1 to 4 times each", EVENTS)


async def _measure(folder: Path) -> Ledger:
    slack = Slack(CHANNELS, workspaces=WORKSPACES, seed=SEED)
    with model_server() as models:
        async with slack.server:
            subject = Ours(folder / "ours", slack, models.url)
            await install(subject, slack)
            async with subject.running():
                _trouble(slack)
                await _deliver(slack)
                await until_quiet(slack)
    _tell_of(slack)
    return count(slack.threads, held_in(subject.database), seen_in(slack.channels))


def _trouble(slack: Slack) -> None:
    """Let a fifth of the posts fail; each fault sees what the ones before it let pass."""
    each, left = FAULTY / 3, 1.0
    for kind in ("ratelimited", "status", "accept_then_drop"):
        slack.server.fault(kind, method="chat.postMessage", times=None, rate=each / left)
        left -= each


async def _deliver(slack: Slack) -> None:
    chance, begun = random.Random(SEED), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        async for number in at_rate(RATE / 2, 0, EVENTS // 2):
            for delivery in await slack.mention(number):
                for _ in range(chance.randint(0, MOST_COPIES)):
                    group.create_task(_again(slack, delivery, chance.uniform(0, LATER)))
            if number % 500 == 0:
                print(f"  {2 * number} events, {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


async def _again(slack: Slack, delivery: Delivery, seconds: float) -> None:
    await asyncio.sleep(seconds)
    slack.server.deliveries.again(delivery)


def _tell_of(slack: Slack) -> None:
    posts = slack.server.calls("chat.postMessage")
    outcomes = {one.outcome for one in posts}
    counted = {outcome: sum(one.outcome == outcome for one in posts) for outcome in sorted(outcomes)}
    deleted = len(slack.server.calls("chat.delete"))
    copies = len(slack.timed.taken)
    print(f"  posts {counted}, deleted {deleted}, deliveries acknowledged {copies}", file=sys.stderr, flush=True)
