"""From the model's last token to the arrival of the post that shows the answer, in multiples of C.

Both moments are read in other processes than the bot's: when the model server has written its last piece, and when
the request for the post has come in at Slack, by the one monotonic clock of the machine.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from benchmarks.commit import bare_commit
from benchmarks.figures import Figure, median, percentile
from benchmarks.rig import Ours, at_rate, no_collections, until_quiet
from benchmarks.server import Server, model_server
from benchmarks.slack_rig import Slack

RATE = 10.0
"""Runs a second: each is over before the next one begins."""
ROUNDS = 3
RUNS = 200
"""In each round."""
WARMING = 30
CHANNELS = 200
_ASKED = re.compile(r"#(\d+)#")
_ANSWERED = re.compile(r"The answer to #(\d+)# is short")


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    seconds, commit = asyncio.run(_measure(folder))
    figures = []
    for part, goal in ((50, 3), (95, 10)):
        value = percentile(seconds, part / 100)
        figures.append(
            Figure(
                name=f"slack_post_p{part}",
                value=round(value / commit, 2),
                unit="C",
                goal=f"<= {goal}",
                yardstick=f"C; {value * 1e3:.2f} ms; C in ms",
                yardstick_value=round(commit * 1e3, 3),
            )
        )
    return figures


async def _measure(folder: Path) -> tuple[list[float], float]:
    slack, commits = Slack(CHANNELS), []
    with model_server() as models:
        async with slack.server:
            async with Ours(folder / "ours", slack, models.url).running():
                await _runs(slack, 0, WARMING)
                for number in range(1, ROUNDS + 1):
                    await _runs(slack, number * 100_000, RUNS)
                    commits.append(bare_commit(folder))
                answered = await asyncio.to_thread(_answered, models)
    shown = _shown(slack)
    measured = [number for number in answered if number >= 100_000]
    assert len(measured) == ROUNDS * RUNS, f"{len(measured)} answers"
    return [shown[number] - answered[number] for number in measured], median(commits)


async def _runs(slack: Slack, first: int, count: int) -> None:
    with no_collections():
        async for number in at_rate(RATE, first, first + count):
            await slack.mention(number)
    await until_quiet(slack)


def _answered(models: Server) -> dict[int, float]:
    """Return when the model's answer to each message was whole."""
    return {int(_ASKED.findall(str(logged["body"]))[-1]): logged["ended"] for logged in models.log()}


def _shown(slack: Slack) -> dict[int, float]:
    """Return when the post of each answer arrived."""
    moments: dict[int, float] = {}
    for request in slack.server.calls("chat.postMessage"):
        for number in _ANSWERED.findall(str(request.args)):
            moments.setdefault(int(number), request.arrived)
    return moments
