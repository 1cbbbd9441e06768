"""Runs that wait for a person and are still in memory: the few that were asked last.

Replaying n turns costs n times what a turn costs, so the answer that comes at once, as most do, finds the run where
it stopped. Each step still goes through its own fenced journal, and a run that another process took further, or that
is no longer here, is replayed.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from agents.durable.run import DurableRun
from bot.domain import Outcome, RunId
from bot.ports import Preview, RunJournal

ROOM = 32
"""Warm runs at most: each holds its agents and its chat's frames, some hundred kilobytes for a hundred turns."""


class Driver:
    """The task in which a run's program runs, across steps while it is warm."""

    def __init__(self, run: DurableRun, program: Coroutine[Any, Any, Outcome]) -> None:
        self.run = run
        # It outlives the step on purpose; `drop` is its end.
        self._task = asyncio.create_task(program)  # noqa: TID251

    async def until_waiting(self) -> Outcome:
        """Return the outcome, or that the run waits at a question, warm.

        When this is cancelled, or the program fails, nothing of the run goes on.
        """
        rests = asyncio.get_running_loop().create_future()

        def rest(_task: object = None) -> None:
            if not rests.done():
                rests.set_result(None)

        self.run.parking.parked = rest
        self._task.add_done_callback(rest)
        try:
            await rests
        except asyncio.CancelledError:
            await self.drop()
            raise
        finally:
            self._task.remove_done_callback(rest)
        if self._task.cancelled():
            # Somebody inside the program cancelled it, not the step: that is a failure, and counted as one.
            raise RuntimeError("The team's program cancelled itself.")
        if self._task.done():
            return await self._task
        return Outcome(waiting=True, counts=dict(self.run.recorder.counts))

    @property
    def warm(self) -> bool:
        """Whether the program waits in memory."""
        return not self._task.done()

    async def go_on(self, journal: RunJournal, preview: Preview) -> bool:
        """Continue in another step; False when the journal holds something this run has not seen."""
        position = await journal.peek(self.run.parking.request)
        seen = self.run.recorder
        if (position.effects, position.completed) != (seen.committed, seen.completed) or position.answer is None:
            return False
        self.run.recorder.continue_in(journal)
        self.run.preview = preview
        self.run.parking.go_on(position.answer)
        return True

    async def drop(self) -> None:
        """Cancel the program and return when it is gone."""
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            # Looked at: it failed while it was dropped, and what it met is told by the step that met it, too.
            self._task.exception()


class WarmRuns:
    """The runs that are still in memory, the latest last."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._drivers: OrderedDict[RunId, Driver] = OrderedDict()

    def __len__(self) -> int:
        return len(self._drivers)

    async def resume(self, run: RunId, journal: RunJournal, preview: Preview) -> Outcome | None:
        """Take one step of a warm run; None when it has to be replayed."""
        driver = self._drivers.pop(run, None)
        if driver is None:
            return None
        try:
            going = await driver.go_on(journal, preview)
        except BaseException:
            await driver.drop()
            raise
        if not going:
            await driver.drop()
            return None
        return await self.step(driver)

    async def step(self, driver: Driver) -> Outcome:
        """Let a run work until it ends or waits, and keep it if it waits in memory."""
        outcome = await driver.until_waiting()
        if driver.warm:
            self._drivers[driver.run.run.id] = driver
            while len(self._drivers) > self._room:
                _, oldest = self._drivers.popitem(last=False)
                await oldest.drop()
        return outcome

    async def forget(self, run: RunId) -> None:
        """Drop one that nobody will resume; harmless when it is not here."""
        driver = self._drivers.pop(run, None)
        if driver is not None:
            await driver.drop()

    async def close(self) -> None:
        """Drop them all."""
        while self._drivers:
            _, driver = self._drivers.popitem()
            await driver.drop()
