from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agents.models.fair import CALLER, Caller, FairGate, time_limit


class Host:
    """What is behind a gate: it works on each call until it is told to be done with it."""

    def __init__(self, slots: int) -> None:
        self.gate = FairGate(slots)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    async def ask(self, name: str, person: str, conversation: str = "x") -> None:
        CALLER.set(Caller(person, conversation))
        async with self.gate.turn():
            self.begun.append(name)
            await self._ends.setdefault(name, asyncio.Event()).wait()

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await settled()

    async def end_all(self) -> None:
        while running := [name for name in self.begun if not self._ends[name].is_set()]:
            await self.end(*running)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@asynccontextmanager
async def asking(host: Host, *calls: tuple[str, str, str]) -> AsyncIterator[dict[str, asyncio.Task[None]]]:
    async with asyncio.TaskGroup() as group:
        tasks = {}
        for name, person, conversation in calls:
            tasks[name] = group.create_task(host.ask(name, person, conversation))
            await settled()
        yield tasks
        await host.end_all()


async def test_no_more_calls_at_once_than_there_are_slots() -> None:
    host = Host(2)

    async with asking(host, *((str(number), "a", "x") for number in range(5))):
        assert host.begun == ["0", "1"]
        await host.end("0")
        assert host.begun == ["0", "1", "2"]

    assert sorted(host.begun) == ["0", "1", "2", "3", "4"]


async def test_no_limit_lets_all_through() -> None:
    host = Host(0)

    async with asking(host, *((str(number), "a", "x") for number in range(50))):
        assert len(host.begun) == 50


async def test_one_call_among_two_hundred_of_somebody_else_is_served_next() -> None:
    host = Host(1)
    flood = [(f"a{number}", "anna", str(number)) for number in range(200)]

    async with asking(host, *flood, ("b", "bo", "x")):
        await host.end("a0")
        assert host.begun == ["a0", "a1"]
        await host.end("a1")
        assert host.begun[-1] == "b"


async def test_conversations_of_one_person_take_turns() -> None:
    host = Host(1)
    calls = [("first", "a", "x"), ("x1", "a", "x"), ("x2", "a", "x"), ("y1", "a", "y")]

    async with asking(host, *calls):
        await host.end("first", "x1", "y1")

        assert host.begun == ["first", "x1", "y1", "x2"]


async def test_whoever_is_cancelled_while_waiting_leaves_at_once() -> None:
    host = Host(1)

    async with asking(host, ("one", "a", "x"), ("gone", "a", "y"), ("two", "a", "z")) as tasks:
        tasks["gone"].cancel()
        await settled()
        assert host.gate.waiting == 1
        await host.end("one")
        assert host.begun == ["one", "two"]


async def test_whoever_is_cancelled_with_the_turn_just_given_hands_it_on() -> None:
    host = Host(1)

    async with asking(host, ("one", "a", "x"), ("gone", "a", "y"), ("two", "a", "z")) as tasks:
        tasks["one"].cancel()
        # One turn of the loop: the turn is handed over, and nobody has seen it yet.
        await asyncio.sleep(0)
        tasks["gone"].cancel()
        await settled()
        assert host.begun == ["one", "two"]

    async with asyncio.timeout(5), host.gate.turn():
        assert host.gate.waiting == 0


async def test_failed_call_gives_its_turn_back() -> None:
    gate = FairGate(1)

    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            async with gate.turn():
                raise ValueError("broken")

    async with asyncio.timeout(5), gate.turn():
        pass


async def test_waiting_for_a_turn_does_not_count_against_the_time_limit() -> None:
    host, done = Host(1), []

    async def limited() -> None:
        async with time_limit(0.05):
            await host.ask("limited", "b")
        done.append(True)

    async with asking(host, ("first", "a", "x")):
        async with asyncio.TaskGroup() as group:
            group.create_task(limited())
            await asyncio.sleep(0.2)
            await host.end("first")
            assert host.begun == ["first", "limited"]
            await host.end("limited")

    assert done == [True]


async def test_time_limit_counts_from_the_turn_on() -> None:
    host = Host(1)

    async with asking(host, ("first", "a", "x")):
        await host.end("first")
        with pytest.raises(TimeoutError):
            async with time_limit(0.01):
                await host.ask("slow", "b")
        await host.end("slow")
        assert host.gate.waiting == 0
