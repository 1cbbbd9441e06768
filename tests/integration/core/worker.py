"""One bot process for the kill tests: `worker.py FOLDER POINT NUMBER` dies at that commit or post, or ends with 0."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bot.domain import Post, RunStatus
from bot.engine import Limits
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import FakeAdapter, FakeClock, Thread, line_of
from tests.integration.core.rig import Rig
from tests.scripted import Script, ScriptedTeams

SCRIPT: Script = [
    ["say", "ada", "hello"],
    ["ask", "you", "model"],
    ["say", "ada", "{answer}"],
    ["approve", "bot", "code", ["print(1)"]],
    ["say", "ada", "done"],
]
WORDS = ("hi", "go on", "approve")


class FileAdapter(FakeAdapter):
    """A thread that outlives the process: one line per post, `id, key, text` by tabs; an update is a line too."""

    def __init__(self, path: Path, at: Callable[[str, int], None] = lambda point, count: None) -> None:
        super().__init__()
        self._path = path
        self._at = at
        self._posts = 0

    async def post(self, post: Post, *, update: str | None = None) -> str:
        self._posts += 1
        self._at("before_post", self._posts)
        platform_id = update or f"m-{post.key}"
        with self._path.open("a", encoding="utf-8") as thread:
            thread.write(f"{platform_id}\t{post.key}\t{line_of(post)}\n")
        self._at("after_post", self._posts)
        return platform_id

    async def find(self, post: Post, *, after: str | None) -> str | None:
        if not self._path.exists():
            return None
        rows = [line.split("\t") for line in self._path.read_text("utf-8").splitlines()]
        return next((row[0] for row in rows if row[1] == post.key), None)


async def live(folder: Path, point: str, number: int) -> None:
    """Deliver every message again, as a platform does after an outage, and go on to the run's end."""

    def die(at: str, count: int) -> None:
        if (at, count) == (point, number):
            os.kill(os.getpid(), signal.SIGKILL)

    clock = FakeClock()
    store = open_store(folder / "store.db", clock=clock, on_commit=die)
    adapter = FileAdapter(folder / "thread.txt", die)
    rig = Rig(store, adapter, ScriptedTeams({"greet": SCRIPT}, clock=clock), clock, Limits())
    thread = Thread()
    async with serving(rig.engine):
        for text in WORDS:
            await rig.say(thread.event(text))
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
    await store.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
