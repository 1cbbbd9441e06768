from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.chat.handling import worker
from adapters.chat.handling.worker import ATTEMPTS, STARTS, Worker
from bot.domain import Delivery
from bot.errors import RetryLaterError, StoreFullError
from tests.fakes import START, FakeClock


def delivery(number: int, *, thread: str = "a", files: str | None = None, tries: int = 0) -> Delivery:
    body = {"thread": thread, "files": files}
    return Delivery(adapter="any", id=f"Ev{number}", body=body, received_at=START, tries=tries)


class Desk:
    """Notes what is worked on, and fails as often as it is told to."""

    def __init__(self, clock: FakeClock) -> None:
        self.worked: list[str] = []
        self.given_up: list[str] = []
        self.done: list[str] = []
        self.urgent: set[str] = set()
        self.failures: dict[str, list[Exception]] = {}
        self.held: dict[str, asyncio.Event] = {}
        self.worker = Worker(self, handled=self.handled, clock=clock)

    async def work(self, delivery: Delivery) -> None:
        self.worked.append(delivery.id)
        if delivery.id in self.held:
            await self.held[delivery.id].wait()
        if self.failures.get(delivery.id):
            raise self.failures[delivery.id].pop(0)

    def is_urgent(self, delivery: Delivery) -> bool:
        return delivery.id in self.urgent

    def lane(self, delivery: Delivery) -> str | None:
        return delivery.body["thread"] or None

    def brings_files(self, delivery: Delivery) -> str | None:
        found: str | None = delivery.body["files"]
        return found

    async def give_up(self, delivery: Delivery) -> None:
        self.given_up.append(delivery.id)

    async def handled(self, delivery: Delivery) -> None:
        if self.failures.get(f"handled {delivery.id}"):
            raise self.failures[f"handled {delivery.id}"].pop(0)
        self.done.append(delivery.id)


@asynccontextmanager
async def working(desk: Desk) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(desk.worker.run())
        yield
        task.cancel()


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_deliveries_of_a_thread_wait_for_each_other_and_other_threads_do_not() -> None:
    desk = Desk(FakeClock())
    desk.held["Ev1"] = asyncio.Event()

    async with working(desk):
        desk.worker.offer(delivery(1))
        desk.worker.offer(delivery(2))
        desk.worker.offer(delivery(3, thread="b"))
        await settle()
        assert desk.worked == ["Ev1", "Ev3"]
        desk.held["Ev1"].set()
        await settle()

    assert desk.done == ["Ev3", "Ev1", "Ev2"]


async def test_what_is_urgent_is_worked_on_at_once_and_handled_in_its_turn() -> None:
    desk = Desk(FakeClock())
    desk.held["Ev1"] = asyncio.Event()
    desk.urgent = {"Ev3"}

    async with working(desk):
        for number in (1, 2, 3):
            desk.worker.offer(delivery(number))
        await settle()
        assert desk.worked == ["Ev1", "Ev3"]
        assert desk.done == []
        desk.held["Ev1"].set()
        await settle()

    assert desk.worked == ["Ev1", "Ev3", "Ev2", "Ev3"]
    assert desk.done == ["Ev1", "Ev2", "Ev3"]


async def test_trouble_with_what_is_urgent_is_for_its_turn() -> None:
    desk = Desk(FakeClock())
    desk.held["Ev1"] = asyncio.Event()
    desk.urgent = {"Ev2"}
    desk.failures["Ev2"] = [ConnectionResetError()]

    async with working(desk):
        desk.worker.offer(delivery(1))
        desk.worker.offer(delivery(2))
        await settle()
        desk.held["Ev1"].set()
        await settle()

    assert desk.done == ["Ev1", "Ev2"]
    assert desk.given_up == []


async def test_passing_trouble_is_tried_again_after_the_time_that_was_asked_for() -> None:
    clock = FakeClock()
    desk = Desk(clock)
    desk.failures["Ev1"] = [RetryLaterError("later", retry_after=7), ConnectionResetError()]

    async with working(desk):
        desk.worker.offer(delivery(1))
        await settle()
        await clock.advance(6)
        assert desk.worked == ["Ev1"]
        await clock.advance(2)
        await clock.advance(5)
        await settle()

    assert desk.worked == ["Ev1"] * 3
    assert desk.done == ["Ev1"]


async def test_lasting_trouble_is_given_up_and_told() -> None:
    desk = Desk(FakeClock())
    desk.failures["Ev1"] = [KeyError("nobody foresaw this")]

    async with working(desk):
        desk.worker.offer(delivery(1))
        await settle()

    assert desk.given_up == desk.done == ["Ev1"]


async def test_passing_trouble_that_never_passes_is_given_up() -> None:
    clock = FakeClock()
    desk = Desk(clock)
    desk.failures["Ev1"] = [RetryLaterError("later") for _ in range(ATTEMPTS + 5)]

    async with working(desk):
        desk.worker.offer(delivery(1))
        for _ in range(ATTEMPTS + 2):
            await settle()
            await clock.advance(61)

    assert len(desk.worked) == ATTEMPTS
    assert desk.given_up == ["Ev1"]


async def test_full_store_is_waited_for_however_long_it_takes() -> None:
    clock = FakeClock()
    desk = Desk(clock)
    desk.failures["Ev1"] = [StoreFullError("full") for _ in range(ATTEMPTS + 5)]
    desk.failures["handled Ev1"] = [StoreFullError("full")] * 2

    async with working(desk):
        desk.worker.offer(delivery(1))
        for _ in range(ATTEMPTS + 10):
            await settle()
            await clock.advance(61)

    assert desk.given_up == []
    assert desk.done == ["Ev1"]


async def test_delivery_that_ended_every_process_is_left_alone() -> None:
    desk = Desk(FakeClock())

    async with working(desk):
        desk.worker.offer(delivery(1, tries=STARTS + 1))
        await settle()

    assert desk.worked == []
    assert desk.given_up == desk.done == ["Ev1"]


async def test_what_stands_by_itself_waits_for_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SIDE_BY_SIDE", 1)
    desk = Desk(FakeClock())
    desk.held["Ev1"] = asyncio.Event()

    async with working(desk):
        for number, thread in enumerate(("a", "b", ""), 1):
            desk.worker.offer(delivery(number, thread=thread))
        await settle()
        assert desk.worked == ["Ev1", "Ev3"]
        desk.held["Ev1"].set()
        await settle()

    assert desk.done == ["Ev3", "Ev1", "Ev2"]


async def test_files_of_one_workspace_leave_places_to_those_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "WITH_FILES", 1)
    desk = Desk(FakeClock())
    desk.held["Ev1"] = asyncio.Event()

    async with working(desk):
        for number, workspace in enumerate(("w", "w", "v"), 1):
            desk.worker.offer(delivery(number, thread=f"{number}", files=workspace))
        await settle()
        assert desk.worked == ["Ev1", "Ev3"]
        desk.held["Ev1"].set()
        await settle()

    assert desk.done == ["Ev3", "Ev1", "Ev2"]
