"""One life of a bot with AutoGen's teams that is killed at a commit; `tests.integration.warm.test_promised` runs it.

`python -m tests.integration.warm.worker FOLDER POINT NUMBER`: commits are counted from the second message on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from time import sleep

from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.team import AutogenTeams
from bot.domain import RunStatus
from bot.engine import Limits
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import FakeClock, Thread
from tests.integration.core.rig import Rig
from tests.integration.core.worker import FileAdapter

WORDS = ("plan a trip", "cheaper", "exit")


class Counting:
    """A model that says how much it was told."""

    def __init__(self) -> None:
        self.calls = 0

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self.calls += 1
        return ModelAnswer(content=f"answer to {len(call.messages)}", model=call.model)

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        """Hold nothing."""


async def live(folder: Path, point: str, number: int) -> None:
    """Deliver every message again, as a platform does after an outage, and go on to the run's end."""
    models, clock, thread = Counting(), FakeClock(), Thread()
    commits: list[str] | None = None

    def on_commit(at: str, _count: int) -> None:
        if commits is None:
            return
        commits.append(at)
        if (at, commits.count(at)) == (point, number):
            while models.calls < 2:
                # The step runs ahead of this very commit.
                sleep(0.001)
            os.kill(os.getpid(), signal.SIGKILL)

    store = open_store(folder / "store.db", clock=clock, on_commit=on_commit)
    teams = AutogenTeams([folder], models=models, clock=clock)
    rig = Rig(store, FileAdapter(folder / "thread.txt"), teams, clock, Limits())  # type: ignore[arg-type] # real teams
    async with serving(rig.engine):
        for text in WORDS:
            await rig.say(thread.event(text, team="solo"))
            commits = commits or []
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
    await teams.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
