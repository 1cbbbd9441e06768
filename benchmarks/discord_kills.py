"""kill -9 at random instants under ten messages and commands a second: what is lost, and how soon it works again.

`python -m benchmarks.discord_kills [KILLS]` measures with fewer kills and keeps nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.counting import Ledger, count, held_in
from benchmarks.discord_counting import seen_in
from benchmarks.discord_rig import Discord
from benchmarks.figures import Figure
from benchmarks.killing import Plan, Starts, again_figures, kill_often, main
from benchmarks.rig import Ours, until_quiet
from benchmarks.server import model_server

KILLS = 200
RATE = 10.0
"""Messages and commands a second. Messages are said whether somebody hears them or not."""
PLAIN_EVERY = 20
CHANNELS = 200
GUILDS = 20
DIRECT = 20
SEED = 5


def measure(folder: Path, kills: int | None = None) -> list[Figure]:
    """Return the figures."""
    many = KILLS if kills is None else kills
    ledger, again, plain, events = asyncio.run(_measure(folder, many))
    print(f"discord_kills: {ledger}", file=sys.stderr, flush=True)
    heard = "its first thread is opened or command deferred"
    return [
        *ledger.figures("discord_kills", f"kills, under {events} messages and commands", many),
        *again_figures("discord_kills", again, plain, heard=heard, goal=""),
    ]


async def _measure(folder: Path, kills: int) -> tuple[Ledger, Starts, Starts, int]:
    discord = Discord(CHANNELS, guilds=GUILDS, direct=DIRECT, seed=SEED)
    plan = Plan(kills=kills, rate=RATE, plain_every=PLAIN_EVERY, seed=SEED)
    with model_server() as models:

        @asynccontextmanager
        async def fresh(name: str) -> AsyncIterator[Ours]:
            other = Discord(CHANNELS, guilds=GUILDS, direct=DIRECT, seed=SEED)
            async with other.server:
                yield Ours(folder / name, other, models.url)

        async with discord.server:
            subject = Ours(folder / "ours", discord, models.url)
            async with subject.running():
                await discord.greet()
                await until_quiet(discord, settles=0.0)
            again, plain = await kill_often(subject, plan, fresh)
            async with subject.running():
                await until_quiet(discord)
    ledger = count(discord.asked, held_in(subject.database), seen_in(discord.server.world))
    print(f"  commands never deferred {discord.failed}", file=sys.stderr, flush=True)
    return ledger, again, plain, discord.events


if __name__ == "__main__":
    main(measure)
