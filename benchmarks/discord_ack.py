"""From a command's use to its deferral, against a bare discord.py bot that only defers, in multiples of C.

The commands are /ask: the bot records each, defers it, and then opens a thread, runs the team and posts.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks.commit import bare_commit
from benchmarks.discord_rig import Discord, words
from benchmarks.figures import Figure, median, percentile
from benchmarks.rig import ROOT, Ours, Running, at_rate, connected, no_collections, start, until_quiet
from benchmarks.server import model_server
from tests.discord_server import Outcome

RATE = 20.0
"""Commands a second."""
ROUNDS = 4
COMMANDS = 250
"""In each round; they last twelve seconds and a half."""
WARMING = 40
CHANNELS = 200
REST = 1.0
"""Seconds between rounds, once nothing is under way."""


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    ours, bare, commits = Discord(CHANNELS), Discord(CHANNELS), []
    mine: list[float] = []
    theirs: list[float] = []
    with model_server() as models:
        async with ours.server, bare.server, Ours(folder / "ours", ours, models.url).running():
            peer = await _bare(folder / "bare", bare)
            try:
                await _ours(ours, -1, WARMING)
                await _theirs(bare, WARMING)
                for number in range(ROUNDS):
                    mine += await _ours(ours, number, COMMANDS)
                    theirs += await _theirs(bare, COMMANDS)
                    commits.append(bare_commit(folder))
            finally:
                await peer.end()
    return _figures(mine, theirs, median(commits))


async def _bare(folder: Path, discord: Discord) -> Running:
    await asyncio.to_thread(folder.mkdir)
    script = str(ROOT / "benchmarks" / "discord_bare.py")
    server = discord.server
    command = [sys.executable, script, server.token, server.api_url, server.gateway_url]
    running = await start(command, folder, {})
    await connected(discord, running)
    return running


async def _ours(discord: Discord, round_number: int, count: int) -> list[float]:
    first = (round_number + 2) * 1_000_000
    with no_collections():
        outcomes = [await discord.ask(number) async for number in at_rate(RATE, first, first + count)]
        seconds = await _taken(outcomes)
    # What the commands led to has come to its end before the other bot is measured.
    await until_quiet(discord, settles=REST)
    assert not discord.open_threads(), "runs have not ended: see log.txt"
    return seconds


async def _theirs(discord: Discord, count: int) -> list[float]:
    with no_collections():
        outcomes = []
        async for number in at_rate(RATE, 0, count):
            channel = discord.channels[number % len(discord.channels)]
            outcomes.append(await discord.anna.slash(channel, "ask", prompt=words(number)))
        seconds = await _taken(outcomes)
    await asyncio.sleep(REST)
    return seconds


async def _taken(outcomes: list[Outcome]) -> list[float]:
    """Return how long each command waited for its deferral."""
    for outcome in outcomes:
        await outcome.answered()
        assert outcome.kind == "deferred", str(outcome)
    return [outcome.took for outcome in outcomes]


def _figures(ours: list[float], bare: list[float], commit: float) -> list[Figure]:
    figures = []
    for part, goal in ((50, ""), (99, "<= 10")):
        mine, theirs = percentile(ours, part / 100), percentile(bare, part / 100)
        stick = f"C; ours {mine * 1e3:.2f} ms, a bare discord.py bot {theirs * 1e3:.2f} ms; C in ms"
        figures.append(
            Figure(
                name=f"discord_ack_p{part}_over_bare",
                value=round((mine - theirs) / commit, 2),
                unit="C",
                goal=goal,
                yardstick=stick,
                yardstick_value=round(commit * 1e3, 3),
            )
        )
    return figures
