"""What takes long before the first step: meanwhile everything is received, and no run is begun."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from bot.engine import EmbeddedEngine
from tests.fakes import Thread
from tests.integration.core.rig import running
from tests.scripted import Script

SAY: dict[str, Script] = {"greet": [["say", "ada", "hello"]]}


class Slow:
    """Takes until it is let go, and counts how often it was asked for."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1
        await self.done.wait()


async def test_no_step_begins_before_the_preparation_is_over_and_it_happens_once(tmp_path: Path) -> None:
    first, second = Thread("t1"), Thread("t2")
    slow = Slow()

    async with running(tmp_path, SAY, engine=partial(EmbeddedEngine, prepare=slow)) as rig:
        for thread in (first, second):
            await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: slow.times == 1)
        begun = [run.attempts for thread in (first, second) for run in await rig.runs(thread)]
        slow.done.set()
        await rig.quiet()

        assert begun == [0, 0]
        assert rig.said(first) == rig.said(second) == ["ada: hello"]
        assert slow.times == 1
