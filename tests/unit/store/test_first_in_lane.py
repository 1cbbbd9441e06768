"""Jobs that must be first: whom they overtake, what they are committed with, and whom they leave their turn."""

from __future__ import annotations

import asyncio
import threading

from bot.store.jobs import Group
from bot.store.lane import Lane


class Stops:
    """Performs groups job by job; a job whose work is `stop` waits for `go`."""

    def __init__(self) -> None:
        self.seen: list[list[object]] = []
        self.told: list[object] = []
        self.stopped = threading.Event()
        self.go = threading.Event()
        self.lane = Lane("test", self.perform, at_end=lambda: None, most=3)

    def perform(self, group: Group) -> None:
        jobs = []
        self.seen.append([])
        for job in group:
            self.seen[-1].append(job.work(None))
            jobs.append(job)
            if job.work(None) == "stop":
                self.stopped.set()
                assert self.go.wait(20)
                self.stopped.clear()
                self.go.clear()
            if job.work(None) == "break":
                raise OSError("broken")
        for job in jobs:
            job.succeed(job.work(None))

    async def hand_in(self, *names: str, first: bool = False) -> list[asyncio.Task[None]]:
        handed = [asyncio.ensure_future(self._submit(name, first)) for name in names]
        await asyncio.sleep(0)
        return handed

    async def _submit(self, name: str, first: bool) -> None:
        self.told.append(await self.lane.submit(lambda _: name, first=first))

    async def until_stopped(self) -> None:
        assert await asyncio.to_thread(self.stopped.wait, 20)

    async def in_a_group(self, *names: str) -> list[asyncio.Task[None]]:
        """Hand in a stop, and these behind it, and return when they are a group that has begun with its own stop."""
        handed = await self.hand_in("stop")
        await self.until_stopped()
        handed += await self.hand_in("stop", *names)
        self.go.set()
        await handed[0]
        await self.until_stopped()
        return handed[1:]


async def test_job_that_must_be_first_goes_before_all_that_wait_and_by_itself() -> None:
    stops = Stops()
    handed = await stops.hand_in("stop")
    await stops.until_stopped()

    handed += await stops.hand_in("a", "b") + await stops.hand_in("x", "y", first=True)
    stops.go.set()
    await asyncio.gather(*handed)

    assert stops.seen == [["stop"], ["x", "y"], ["a", "b"]]
    await stops.lane.close()


async def test_job_that_must_be_first_ends_the_group_that_it_finds_begun_and_is_told_first() -> None:
    stops = Stops()
    handed = await stops.in_a_group("a", "b", "c")

    handed += await stops.hand_in("x", "y", first=True)
    stops.go.set()
    await asyncio.gather(*handed)

    assert stops.seen == [["stop"], ["stop", "x", "y"], ["a", "b", "c"]]
    assert stops.told == ["stop", "x", "y", "stop", "a", "b", "c"]
    await stops.lane.close()


async def test_job_alone_in_its_group_is_joined_by_no_other() -> None:
    stops = Stops()
    handed = await stops.in_a_group()

    handed += await stops.hand_in("x", first=True)
    stops.go.set()
    await asyncio.gather(*handed)

    assert stops.seen == [["stop"], ["stop"], ["x"]]
    await stops.lane.close()


async def test_jobs_that_must_be_first_keep_no_others_from_their_turn() -> None:
    stops = Stops()
    handed = await stops.hand_in("stop")
    await stops.until_stopped()

    handed += await stops.hand_in("a", "b") + await stops.hand_in(*(f"{n}" for n in range(9)), first=True)
    stops.go.set()
    await asyncio.gather(*handed)

    assert stops.seen[:3] == [["stop"], ["0", "1", "2"], ["a", *(f"{n}" for n in range(3, 9))]]
    assert stops.seen[3:] == [["b"]]
    await stops.lane.close()


async def test_caller_of_a_group_whose_turn_has_not_come_can_still_withdraw() -> None:
    stops = Stops()
    handed = await stops.in_a_group("a", "b")

    handed[1].cancel()
    await asyncio.wait([handed[1]])
    stops.go.set()
    await asyncio.gather(handed[0], handed[2])

    assert handed[1].cancelled()
    assert stops.seen == [["stop"], ["stop", "b"]]
    await stops.lane.close()


async def test_group_that_breaks_fails_only_those_whose_turn_had_come() -> None:
    stops = Stops()
    handed = await stops.in_a_group("break", "a")

    stops.go.set()
    outcomes = await asyncio.gather(*handed, return_exceptions=True)

    assert [isinstance(outcome, OSError) for outcome in outcomes] == [True, True, False]
    assert stops.seen == [["stop"], ["stop", "break"], ["a"]]
    await stops.lane.close()
