"""Ten thousand messages and commands, many of them delivered again, while the gateway breaks off and posts fail.

The connection is dropped 200 times. Mostly the session is resumed: then what was missed is replayed, with some of what
came before. Every tenth time it is over: then what was said meanwhile stands in the history alone. What people may use
only while the bot listens, they use only then, and a command that was never deferred counts as never made: so it is
for them.

`python -m benchmarks.discord_ledger [EVENTS]` measures with fewer and keeps nothing.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.counting import Ledger, count, held_in
from benchmarks.discord_counting import seen_in
from benchmarks.discord_rig import Discord
from benchmarks.figures import Figure
from benchmarks.killing import main
from benchmarks.rig import SECONDS, Ours, at_rate, until_quiet
from benchmarks.server import model_server
from tests.discord_server.hub import Dispatch

EVENTS = 10_000
RATE = 40.0
CHANNELS = 400
GUILDS = 20
DIRECT = 40
"""People who write to the bot directly."""
DROPS = 200
FORGOTTEN_EVERY = 10
"""Of so many drops, one ends the session."""
MOST_REPLAYED = 50
"""How many dispatches a resumed session may get that it had already."""
AGAIN = 0.3
"""The share of messages and commands that are delivered once more, apart from what is replayed."""
LATER = 15.0
"""Seconds within which that happens."""
FAULTY = 0.2
"""The share of posts that fail, a quarter each in one of these ways."""
WAYS = ("ratelimited", "status", "accept_then_status", "accept_then_drop")
SEED = 3


def measure(folder: Path, events: int | None = None) -> list[Figure]:
    """Return the figures."""
    ledger, discord = asyncio.run(_measure(folder, EVENTS if events is None else events))
    print(f"discord_ledger: {ledger}", file=sys.stderr, flush=True)
    gateway = discord.server.gateway
    drops = f"{gateway.resumes} sessions resumed, {gateway.identifies - 1} begun anew"
    return ledger.figures("discord_ledger", f"messages and commands; {drops}", discord.events)


async def _measure(folder: Path, events: int) -> tuple[Ledger, Discord]:
    discord = Discord(CHANNELS, guilds=GUILDS, direct=DIRECT, seed=SEED)
    with model_server() as models:
        async with discord.server:
            subject = Ours(folder / "ours", discord, models.url)
            async with subject.running():
                await discord.greet()
                await until_quiet(discord, settles=0.0)
                _trouble(discord)
                async with asyncio.TaskGroup() as group:
                    group.create_task(_drop(discord, events))
                    group.create_task(_ask(discord, events))
                await until_quiet(discord)
    _tell_of(discord)
    return count(discord.asked, held_in(subject.database), seen_in(discord.server.world)), discord


def _trouble(discord: Discord) -> None:
    """Let a fifth of the posts fail; each fault sees what the ones before it let pass."""
    for route in ("create_message", "execute_webhook", "edit_webhook_message", "edit_original_response"):
        each, left = FAULTY / len(WAYS), 1.0
        for way in WAYS:
            discord.server.fault(way, route=route, times=None, rate=each / left)
            left -= each


async def _drop(discord: Discord, events: int) -> None:
    """Break the connection again and again, evenly over the time in which people ask."""
    gateway, chance = discord.server.gateway, random.Random(SEED)
    drops = max(1, DROPS * events // EVENTS)
    async for number in at_rate(drops * RATE / events, 1, drops + 1):
        await gateway.until(1, SECONDS)
        if number % FORGOTTEN_EVERY == 0:
            gateway.drop(resumable=False)
        else:
            gateway.resend(chance.randint(0, MOST_REPLAYED))
            gateway.drop()


async def _ask(discord: Discord, events: int) -> None:
    chance, begun = random.Random(SEED), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        async for number in at_rate(RATE, 0, events):
            told = await discord.say(number)
            if told is not None and chance.random() < AGAIN:
                group.create_task(_again(discord, told, chance.uniform(0, LATER)))
            if number % 500 == 0:
                print(f"  {number} events, {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


async def _again(discord: Discord, told: Dispatch, seconds: float) -> None:
    await asyncio.sleep(seconds)
    discord.server.gateway.tell(told)


def _tell_of(discord: Discord) -> None:
    posts = [one for one in discord.server.requests if one.name in ("create_message", "execute_webhook")]
    counted = dict(sorted(Counter(one.outcome for one in posts).items()))
    print(f"  posts {counted}, commands never deferred {discord.failed}", file=sys.stderr)
    print(f"  {discord.server.gateway.report().splitlines()[0]}", file=sys.stderr)
    print(f"  refused by limits {dict(discord.server.limits.refused)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(measure)
