"""The processor time of replaying a run, and whether it stalls the loop."""

from __future__ import annotations

import asyncio
import time
from asyncio import events
from pathlib import Path
from typing import Any

from benchmarks.bot import ASKING, Instant, bot, thread, write_team
from benchmarks.figures import Figure, median, ratio

ROUNDS = 9
EFFECTS_PER_TURN = 2
"""The model's answer and the person's."""


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    write_team(folder, ASKING)
    asyncio.run(_fill(folder, {"short": 200, "long": 400}))
    seconds: dict[str, list[float]] = {"short": [], "long": []}
    slices = []
    for number in range(ROUNDS):
        for name, turns in (("short", 200 + number), ("long", 400 + number)):
            spent, longest = asyncio.run(_replay(folder, name))
            seconds[name].append(spent)
            slices.append(longest / (spent / (turns * EFFECTS_PER_TURN)))
    short, long = median(seconds["short"]), median(seconds["long"])
    effect = f"mean effect of {long / (400 * EFFECTS_PER_TURN) * 1e3:.2f} ms, in multiples"
    return [
        ratio("replay_400_against_200", ours=long, theirs=short, goal="<= 2.3", yardstick="CPU of 200 turns, in ms"),
        Figure(
            name="replay_longest_slice",
            value=round(median(slices), 1),
            unit="mean effects",
            goal="<= 20",
            yardstick=effect,
            yardstick_value=1,
        ),
    ]


async def _fill(folder: Path, runs: dict[str, int]) -> None:
    async with bot(folder, Instant()) as subject:
        for name, turns in runs.items():
            await subject.until_asked(thread(name), "Begin.")
            for _ in range(turns):
                await subject.until_asked(thread(name), "Go on.")


async def _replay(folder: Path, name: str) -> tuple[float, float]:
    """Answer once with nothing warm, in a bot that has just begun; return CPU seconds and the longest slice."""
    async with bot(folder, Instant()) as subject:
        await subject.until_asked(thread("warming"), "Begin.")  # imports and first-time caches are not replay
        longest = _Slices()
        begun = time.process_time()
        await subject.until_asked(thread(name), "Go on.")
        spent = time.process_time() - begun
        return spent, longest.end()


class _Slices:
    """Measures how long each callback holds the loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        # The loop's one entry into callbacks.
        self._run: Any = events.Handle._run
        slices = self

        def timed(handle: Any) -> Any:
            begun = time.perf_counter()
            try:
                return slices._run(handle)
            finally:
                slices.longest = max(slices.longest, time.perf_counter() - begun)

        setattr(events.Handle, "_run", timed)  # noqa: B010 - a method of the loop, measured from outside

    def end(self) -> float:
        """Stop measuring; return the longest in seconds."""
        setattr(events.Handle, "_run", self._run)  # noqa: B010 - put back
        return self.longest
