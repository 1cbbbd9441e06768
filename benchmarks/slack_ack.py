"""From an event's arrival to its acknowledgement, against a bare bolt app that keeps nothing, in multiples of C."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.slack.handling.listening import FIRST_MINUTE
from benchmarks.commit import bare_commit
from benchmarks.figures import Figure, median, percentile
from benchmarks.rig import ROOT, Ours, Running, at_rate, connected, no_collections, start
from benchmarks.server import model_server
from benchmarks.slack_rig import Slack

RATE = 50.0
"""Events a second: each mention comes as two."""
ROUNDS = 6
MENTIONS = 250
"""In each round; they last ten seconds."""
WARMING = 50
CHANNELS = 200


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    ours, bare, commits = Slack(CHANNELS), Slack(CHANNELS), []
    with model_server() as models:
        async with ours.server, bare.server:
            subject = Ours(folder / "ours", ours, models.url)
            async with subject.running():
                peer = await _bare(folder / "bare", bare)
                try:
                    await _round(ours, -1, WARMING)
                    await _round(bare, -1, WARMING)
                    # Until then each mention's thread is read, as what was said there may have been missed.
                    await asyncio.sleep(FIRST_MINUTE.total_seconds())
                    for number in range(ROUNDS):
                        await _round(ours, number, MENTIONS)
                        await _round(bare, number, MENTIONS)
                        commits.append(bare_commit(folder))
                finally:
                    await peer.end()
    return _figures(_seconds(ours), _seconds(bare), median(commits))


async def _bare(folder: Path, slack: Slack) -> Running:
    await asyncio.to_thread(folder.mkdir)
    script = str(ROOT / "benchmarks" / "slack_bare.py")
    tokens = (slack.server.api_url, slack.workspaces[0].bot.token, slack.server.app.app_token)
    running = await start([sys.executable, script, *tokens], folder, {})
    await connected(slack, running)
    return running


async def _round(slack: Slack, round_number: int, count: int) -> None:
    first = (round_number + 2) * 1_000_000
    slack.timed.taken = slack.timed.taken if round_number > 0 else []
    with no_collections():
        async for number in at_rate(RATE / 2, first, first + count):
            await slack.mention(number)
        await slack.server.settled()
    # What the events led to has come to its end before the other app is measured.
    await asyncio.sleep(1.0)


def _seconds(slack: Slack) -> list[float]:
    """Return what each event of a person took."""
    return [seconds for delivery, seconds in slack.timed.taken if slack.of_people(delivery)]


def _figures(ours: list[float], bare: list[float], commit: float) -> list[Figure]:
    figures = []
    for part, goal in ((50, 3), (99, 10)):
        mine, theirs = percentile(ours, part / 100), percentile(bare, part / 100)
        stick = f"C; ours {mine * 1e3:.2f} ms, a bare bolt app {theirs * 1e3:.2f} ms; C in ms"
        figures.append(
            Figure(
                name=f"slack_ack_p{part}_over_bare",
                value=round((mine - theirs) / commit, 2),
                unit="C",
                goal=f"<= {goal}",
                yardstick=stick,
                yardstick_value=round(commit * 1e3, 3),
            )
        )
    return figures
