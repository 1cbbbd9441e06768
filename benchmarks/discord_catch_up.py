"""How soon what was said in 200 waiting conversations while the bot was down is recorded, against Discord's limits.

In each of the threads several messages were said. Any client has to ask for the history of each of them, and Discord
allows so many requests a second: that is the least that it can take. It is measured from the first such request until
the last message is in the store; meanwhile the bot already works on those that it has, which takes requests, too.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.bot import ASKING
from benchmarks.discord_rig import TIMES, Discord
from benchmarks.figures import Figure, median, ratio
from benchmarks.rig import Ours, at_rate
from benchmarks.server import model_server
from tests.discord_server import Request
from tests.discord_server.limits import GLOBAL

THREADS = 200
EACH = 3
"""Messages that are said in each thread while the bot is down."""
CHANNELS = 40
GUILDS = 4
RATE = 20.0
"""Conversations that are begun a second."""
ROUNDS = 3
SECONDS = 120.0
"""How long anything of this may take."""
HISTORY = "get_messages"
WAITING = "SELECT count(*) FROM requests WHERE status = 'open'"
UNSHOWN = "SELECT count(*) FROM outbox WHERE status IN ('pending', 'sending')"
UNHANDLED = "SELECT count(*) FROM deliveries WHERE handled_at IS NULL"
RECORDED = "SELECT count(*) FROM deliveries WHERE delivery IN (SELECT value FROM json_each(?))"


def measure(folder: Path) -> list[Figure]:
    """Return the figure."""
    seconds, least = asyncio.run(_measure(folder))
    return [
        ratio(
            "discord_catch_up",
            ours=median(seconds),
            theirs=least,
            goal="<= 1.2",
            yardstick=f"{THREADS} requests by the rate limit over all, in s; ours {median(seconds):.2f} s",
            scale=1.0,
        )
    ]


async def _measure(folder: Path) -> tuple[list[float], float]:
    discord, seconds = Discord(CHANNELS, guilds=GUILDS), []
    with model_server() as models:
        async with discord.server:
            subject = Ours(folder / "ours", discord, models.url, team=ASKING)
            async with subject.running():
                async for number in at_rate(RATE, 0, THREADS):
                    await discord.mention(number)
                await _waiting(subject)
            for number in range(ROUNDS):
                discord.limit(1)
                seconds.append(await _round(discord, subject, number))
    return seconds, THREADS / GLOBAL.limit * GLOBAL.seconds


async def _waiting(subject: Ours) -> None:
    """Return when every conversation waits for somebody and shows so."""
    await _until(
        lambda: _number(subject, WAITING) == THREADS and not (_number(subject, UNHANDLED) or _number(subject, UNSHOWN))
    )


async def _round(discord: Discord, subject: Ours, number: int) -> float:
    """Say something in all threads, start the bot and return the seconds until all of it is recorded."""
    said = _say(discord, number)
    before = len(discord.server.requests)
    async with subject.running():
        await _until(lambda: _number(subject, RECORDED, said) == THREADS * EACH)
        now = discord.server.world.clock.now()
        requests = discord.server.requests[before:]
        discord.limit(TIMES)
        await _waiting(subject)
    first = _first(discord, requests)
    counted = Counter(one.name for one in requests if one.moment >= first)
    print(f"  {now - first:.2f} s, meanwhile {dict(counted)}", file=sys.stderr, flush=True)
    return now - first


def _say(discord: Discord, number: int) -> list[str]:
    """Let people say something in every thread; return the ids of the deliveries that it is to become."""
    world, said = discord.server.world, []
    for turn in range(EACH):
        for talk in discord.talks.values():
            words = f"round {number}, and remark {turn}"
            said.append(f"message:{world.post(world.channels[talk.id], discord.anna.user, words).id}")
    return said


def _first(discord: Discord, requests: list[Request]) -> float:
    """Return when the first history of one of the threads was asked for."""
    paths = {f"/channels/{talk.id}/messages" for talk in discord.talks.values()}
    return next(one.moment for one in requests if one.name == HISTORY and one.path in paths)


def _number(subject: Ours, query: str, ids: list[str] | None = None) -> int:
    with closing(sqlite3.connect(f"file:{subject.database}?mode=ro", uri=True)) as connection:
        given = () if ids is None else (json.dumps(ids),)
        return int(connection.execute(query, given).fetchone()[0])


async def _until(holds: Callable[[], bool]) -> None:
    end = time.perf_counter() + SECONDS
    while not await asyncio.to_thread(holds):
        assert time.perf_counter() < end, "it takes too long: see log.txt"
        await asyncio.sleep(0.02)
