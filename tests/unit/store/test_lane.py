"""The thread behind a store: what shares a commit, who is told first, and what it does while nobody asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from bot.store.jobs import Group, Job
from bot.store.lane import Lane, Patience

LONG = Patience(after_urgent=20.0, longest=20.0, several=3)
SHORT = Patience(after_urgent=0.01, longest=0.01, several=3)


class Groups:
    """Performs jobs, whose work is a name, and notes which it got together; `hold` keeps the first group."""

    def __init__(self) -> None:
        self.seen: list[list[object]] = []
        self.begun = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def perform(self, group: Group) -> None:
        self.begun.set()
        assert self.go.wait(20)
        jobs = [*group]
        self.seen.append([job.work(None) for job in jobs])
        for job in jobs:
            job.succeed(job.work(None))

    @contextmanager
    def held(self) -> Iterator[None]:
        self.go.clear()
        yield
        self.go.set()


def lane(groups: Groups, patience: Patience = LONG) -> Lane:
    return Lane("test", groups.perform, at_end=lambda: None, most=8, patience=patience)


async def submit(to: Lane, name: str, *, patient: bool = False) -> object:
    return await to.submit(lambda _: name, patient=patient)


async def test_patient_job_lets_urgent_ones_go_first() -> None:
    groups = Groups()
    patiently = lane(groups)

    await submit(patiently, "first")
    waiting = asyncio.ensure_future(submit(patiently, "patient", patient=True))
    await asyncio.sleep(0)
    await submit(patiently, "second")

    assert groups.seen == [["first"], ["second"]]
    assert not waiting.done()
    await patiently.close()
    assert await waiting == "patient"


async def test_several_patient_jobs_are_performed_with_the_next_urgent_one() -> None:
    groups = Groups()
    patiently = lane(groups)

    await submit(patiently, "first")
    waiting = [asyncio.ensure_future(submit(patiently, f"{n}", patient=True)) for n in range(3)]
    await asyncio.sleep(0)
    await submit(patiently, "second")
    await asyncio.gather(*waiting)

    assert [sorted(map(str, group)) for group in groups.seen] in (
        [["first"], ["0", "1", "2", "second"]],
        [["first"], ["0", "1", "2"], ["second"]],
    )
    await patiently.close()


async def test_patient_job_that_waited_long_goes_with_the_next_urgent_one() -> None:
    groups = Groups()
    patiently = lane(groups, Patience(after_urgent=20.0, longest=0.0, several=3))

    await submit(patiently, "first")
    assert await submit(patiently, "patient", patient=True) == "patient"

    await patiently.close()


@pytest.mark.parametrize("before", [[], ["urgent"]])
async def test_patient_job_that_nobody_follows_is_performed_by_itself(before: list[str]) -> None:
    groups = Groups()
    patiently = lane(groups, SHORT)

    for name in before:
        await submit(patiently, name)

    assert await submit(patiently, "patient", patient=True) == "patient"
    await patiently.close()


async def test_urgent_callers_of_a_group_are_told_first() -> None:
    groups, told = Groups(), list[object]()
    patiently = lane(groups, Patience())

    async def tell(name: str, *, patient: bool) -> None:
        told.append(await submit(patiently, name, patient=patient))

    with groups.held():
        holding = asyncio.ensure_future(submit(patiently, "first"))
        await asyncio.to_thread(groups.begun.wait, 20)
        waiting = [asyncio.ensure_future(tell(name, patient=name == "patient")) for name in ("patient", "urgent")]
        await asyncio.sleep(0)
    await holding
    await asyncio.gather(*waiting)

    assert told == ["urgent", "patient"]
    await patiently.close()


async def test_closing_performs_patient_jobs_that_wait() -> None:
    groups = Groups()
    patiently = lane(groups)
    await submit(patiently, "first")
    waiting = asyncio.ensure_future(submit(patiently, "patient", patient=True))
    await asyncio.sleep(0)

    await patiently.close()

    assert await waiting == "patient"


async def test_callers_on_several_loops_each_get_their_own_outcome() -> None:
    groups = Groups()
    shared = lane(groups)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: asyncio.run(submit(shared, f"{n}")), range(40)))

    assert found == [f"{n}" for n in range(40)]
    await shared.close()


async def test_caller_whose_loop_is_gone_disturbs_nobody() -> None:
    groups = Groups()
    shared = lane(groups)

    def leave() -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(_left(loop, shared))
        loop.close()

    with groups.held():
        holding = asyncio.ensure_future(submit(shared, "first"))
        await asyncio.to_thread(groups.begun.wait, 20)
        await asyncio.to_thread(leave)

    assert await holding == "first"
    assert await submit(shared, "after") == "after"
    await shared.close()


async def _left(loop: asyncio.AbstractEventLoop, to: Lane) -> None:
    job = Job(lambda _: "left")
    assert job.loop is loop
    to._queue.put(job)


async def test_the_lane_rests_once_after_its_jobs_and_again_after_the_next() -> None:
    groups, rests = Groups(), threading.Semaphore(0)
    resting = Lane("test", groups.perform, at_end=lambda: None, at_rest=rests.release, rest=0.01)

    for name in ("a", "b"):
        assert await asyncio.to_thread(rests.acquire, timeout=20)
        assert not await asyncio.to_thread(rests.acquire, timeout=0.1)
        await submit(resting, name)

    assert await asyncio.to_thread(rests.acquire, timeout=20)
    await resting.close()
