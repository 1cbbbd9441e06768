"""Kills a working store at every commit point and prints what it had acknowledged: run by test_store_kills.py.

Each life is a forked process that ends by SIGKILL, raised at one commit point by the store's own hook.
"""

from __future__ import annotations

import asyncio
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


async def live(store: Store, acknowledged: int) -> None:
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


def one_life(path: Path, point: str, number: int) -> tuple[bool, list[str]]:
    """Return whether the process was killed, and what it had acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:

        def die(at: str, commit: int) -> None:
            if (at, commit) == (point, number):
                os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(live(open_store(path, on_commit=die), writing))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        acknowledged = told.read().split()
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), acknowledged


def main(folder: Path) -> None:
    for point in ("before_commit", "after_commit"):
        killed, number = True, 0
        while killed:
            number += 1
            path = folder / f"{point}-{number}.db"
            killed, acknowledged = one_life(path, point, number)
            print(json.dumps({"path": str(path), "killed": killed, "acknowledged": acknowledged}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
