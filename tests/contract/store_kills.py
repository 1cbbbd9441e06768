"""Kills a working store at every commit point and prints what it had acknowledged: run by test_store_kills.py.

Each life is a forked process that ends by SIGKILL, raised at one commit point by the store's own hook.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from bot.domain import Delivery, RunId
from bot.ports import Records, Store
from bot.store import open_store
from tests.unit.store.samples import NOW, begin, effect, post

WRITERS = 3
TURNS = 5
FIRST = "first"
"""The adapter whose deliveries are recorded before all that waits."""


def turn(run: str, n: int) -> Callable[[Records], None]:
    def work(records: Records) -> None:
        records.journal.record(RunId(run), [effect(f"{n}")])
        records.outbox.add(post(f"{run}/{n}", at=run, run=run))
        records.deliveries.add(Delivery(adapter=run, id=str(n), body={"n": n}, received_at=NOW))
        records.deliveries.done(run, str(n - 1))

    return work


class Stop:
    """A work that goes on when it is told to."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._told = threading.Event()

    def work(self, records: Records) -> None:
        records.notes.keep("console", "stop", "begun")
        self._begun.set()
        assert self._told.wait(20)

    async def begun(self) -> None:
        await asyncio.to_thread(self._begun.wait, 20)

    def go_on(self) -> None:
        self._told.set()


class Death:
    """Raises SIGKILL at one commit point, counted from the first commit or, `late`, from the last part of a life."""

    def __init__(self, point: str, number: int, *, late: bool) -> None:
        self._when = (point, number)
        self._begun: int | None = None if late else 0
        self._last = 0

    def __call__(self, point: str, commit: int) -> None:
        self._last = commit
        if self._begun is not None and (point, commit - self._begun) == self._when:
            os.kill(os.getpid(), signal.SIGKILL)

    def last_part(self) -> None:
        if self._begun is None:
            self._begun = self._last


async def live(store: Store, acknowledged: int, last_part: Callable[[], None]) -> None:
    async def writer(run: str) -> None:
        await store.write(lambda records: begin(records, run, run))
        for n in range(TURNS):
            await store.write(turn(run, n))
            os.write(acknowledged, f"{run}/{n}\n".encode())

    async def receive(n: int) -> None:
        received = Delivery(adapter=FIRST, id=str(n), body={"n": n}, received_at=NOW)
        await store.write(lambda records: records.deliveries.add(received), first=True)
        os.write(acknowledged, f"{FIRST}/{n}\n".encode())

    async def receiver() -> None:
        for n in range(TURNS):
            await receive(n)

    await asyncio.gather(*(writer(f"r{w}") for w in range(WRITERS)), receiver())
    last_part()
    # One that finds a group under way: after its first work, and with a turn that waits behind that.
    alone, head = Stop(), Stop()
    waiting = [asyncio.ensure_future(store.write(alone.work))]
    await alone.begun()
    waiting += [asyncio.ensure_future(store.write(head.work)), asyncio.ensure_future(store.write(turn("r0", TURNS)))]
    await asyncio.sleep(0)
    alone.go_on()
    await head.begun()
    waiting.append(asyncio.ensure_future(receive(TURNS)))
    await asyncio.sleep(0)
    head.go_on()
    await asyncio.gather(*waiting)
    os.write(acknowledged, f"r0/{TURNS}\n".encode())


def one_life(path: Path, death: Death) -> tuple[bool, list[str]]:
    """Return whether the process was killed, and what it had acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        asyncio.run(live(open_store(path, on_commit=death), writing, death.last_part))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        acknowledged = told.read().split()
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), acknowledged


def main(folder: Path) -> None:
    # Which writes are grouped differs from life to life; in the last part it does not.
    for point, late in itertools.product(("before_commit", "after_commit"), (False, True)):
        killed, number = True, 0
        while killed:
            number += 1
            path = folder / f"{point}-{number}{'-late' * late}.db"
            killed, acknowledged = one_life(path, Death(point, number, late=late))
            print(json.dumps({"path": str(path), "killed": killed, "acknowledged": acknowledged}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
