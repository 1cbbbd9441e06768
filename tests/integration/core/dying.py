"""One bot process whose run of the team `bad` takes it down: `dying.py FOLDER` ends with status 0 once that is over."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.engine import Limits
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import FakeClock, Thread
from tests.integration.core.rig import Rig
from tests.integration.core.worker import FileAdapter
from tests.scripted import Script, ScriptedTeams

SCRIPTS: dict[str, Script] = {
    "bad": [["say", "ada", "hello"], ["die"]],
    "good": [["say", "eve", "one"], ["ask", "you"], ["say", "eve", "two"]],
}
STARTS = 3


async def live(folder: Path) -> None:
    """Deliver every message again, as a platform does after an outage; the good thread's answer comes last."""
    clock = FakeClock()
    store = open_store(folder / "store.db", clock=clock)
    teams = ScriptedTeams(SCRIPTS, clock=clock)
    rig = Rig(store, FileAdapter(folder / "thread.txt"), teams, clock, Limits(starts=STARTS))
    good, bad = Thread("good"), Thread("bad")
    async with serving(rig.engine):
        await rig.say(good.event("hi", team="good"))
        await rig.say(bad.event("hi", team="bad"))
        await rig.say(good.event("go on"))
    await store.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
