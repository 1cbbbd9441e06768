from __future__ import annotations

import asyncio

from adapters.slack.connecting.connection import MOST_HELD, Door
from bot.domain import Conversation, Delivery, Event, Json, Receipt, ThreadRef
from bot.errors import StoreError
from tests.fakes import FakeClock


class Inbox:
    """Records deliveries one by one, each when the test lets it."""

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[bool]] = {}

    async def accept(self, event: Event) -> Receipt:
        raise AssertionError("the door accepts nothing")

    async def receive(self, delivery: Delivery) -> bool:
        self.waiting[delivery.id] = asyncio.get_running_loop().create_future()
        return await self.waiting[delivery.id]

    async def places(self, adapter: str) -> dict[str, int]:
        return {}

    async def note(self, adapter: str, place: str, position: int) -> None:
        raise AssertionError("nothing is caught up here")

    async def leave(self, adapter: str, place: str) -> None:
        raise AssertionError("nothing is caught up here")

    async def unhandled(self, adapter: str) -> list[Delivery]:
        return []

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        return None

    async def handled(self, delivery: Delivery) -> None:
        return None


class Everything:
    """Finds nothing wrong and nothing unimportant."""

    def is_nothing(self, kind: str, payload: Json) -> bool:
        return False

    def complaints(self, kind: str, payload: Json) -> dict[str, str]:
        return {}


class Doorway:
    """A door with what it hands on, and with those that stand in it."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.offered: list[str] = []
        self.door = Door(
            self.inbox, judge=Everything(), offer=lambda delivery: self.offered.append(delivery.id), clock=FakeClock()
        )

    async def enter(self, group: asyncio.TaskGroup, *names: str) -> list[asyncio.Task[int]]:
        async def status(name: str) -> int:
            body = {"type": "event_callback", "event_id": name, "team_id": "T1", "event": {"type": "message"}}
            return int((await self.door.enter(body)).status)

        tasks = [group.create_task(status(name)) for name in names]
        while not set(names) <= set(self.inbox.waiting):  # noqa: ASYNC110 - they come by themselves
            await asyncio.sleep(0)
        return tasks


async def test_work_begins_once_nothing_that_came_with_it_waits_for_its_acknowledgement() -> None:
    way = Doorway()
    async with asyncio.TaskGroup() as group:
        first, second = await way.enter(group, "Ev1", "Ev2")
        way.inbox.waiting["Ev1"].set_result(True)
        acknowledged = await first
        before = [*way.offered]
        way.inbox.waiting["Ev2"].set_result(True)
        await second

    assert (acknowledged, before) == (200, [])
    assert way.offered == ["Ev1", "Ev2"]


async def test_work_begins_once_the_acknowledgement_is_with_who_sends_it() -> None:
    way = Doorway()

    async def acknowledge() -> list[str]:
        await way.door.enter({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {}})
        return [*way.offered]

    async with asyncio.TaskGroup() as group:
        sent = group.create_task(acknowledge())
        while "Ev1" not in way.inbox.waiting:  # noqa: ASYNC110 - it comes by itself
            await asyncio.sleep(0)
        way.inbox.waiting["Ev1"].set_result(True)

    assert sent.result() == []
    assert way.offered == ["Ev1"]


async def test_what_is_known_already_is_acknowledged_and_not_worked_on_again() -> None:
    way = Doorway()
    async with asyncio.TaskGroup() as group:
        [known] = await way.enter(group, "Ev1")
        way.inbox.waiting["Ev1"].set_result(False)

    assert known.result() == 200
    assert way.offered == []


async def test_what_cannot_be_recorded_holds_nothing_up_and_is_not_acknowledged() -> None:
    way = Doorway()
    async with asyncio.TaskGroup() as group:
        first, second = await way.enter(group, "Ev1", "Ev2")
        way.inbox.waiting["Ev1"].set_result(True)
        way.inbox.waiting["Ev2"].set_exception(StoreError("full"))

    assert (first.result(), second.result()) == (200, 503)
    assert way.offered == ["Ev1"]


async def test_work_does_not_wait_for_a_stream_of_deliveries_that_never_pauses() -> None:
    way = Doorway()
    names = [f"Ev{number}" for number in range(MOST_HELD)]
    async with asyncio.TaskGroup() as group:
        await way.enter(group, *names, "late")
        for name in names:
            way.inbox.waiting[name].set_result(True)
        while not way.offered:  # noqa: ASYNC110 - it comes by itself
            await asyncio.sleep(0)
        before = [*way.offered]
        way.inbox.waiting["late"].set_result(True)

    assert before == names
    assert way.offered == [*names, "late"]


async def test_what_was_recorded_though_its_answer_was_lost_is_worked_on_when_it_comes_again() -> None:
    way = Doorway()
    statuses = []
    for known in (StoreError("the answer was lost"), False, False):
        async with asyncio.TaskGroup() as group:
            [entering] = await way.enter(group, "Ev1")
            waiting = way.inbox.waiting.pop("Ev1")
            waiting.set_exception(known) if isinstance(known, StoreError) else waiting.set_result(known)
        statuses.append(entering.result())

    assert statuses == [503, 200, 200]
    assert way.offered == ["Ev1"]


async def test_what_was_cut_off_while_it_was_recorded_is_worked_on_when_it_comes_again() -> None:
    way = Doorway()
    async with asyncio.TaskGroup() as group:
        [cut] = await way.enter(group, "Ev1")
        cut.cancel()
    way.inbox.waiting.clear()
    async with asyncio.TaskGroup() as group:
        await way.enter(group, "Ev1")
        way.inbox.waiting["Ev1"].set_result(False)

    assert way.offered == ["Ev1"]


async def test_second_of_two_at_once_waits_for_what_becomes_of_the_first() -> None:
    way = Doorway()
    async with asyncio.TaskGroup() as group:
        [first] = await way.enter(group, "Ev1")
        before = way.inbox.waiting.pop("Ev1")
        enter = group.create_task(way.enter(group, "Ev1"))
        await asyncio.sleep(0)
        assert not way.inbox.waiting
        before.set_exception(StoreError("the answer was lost"))
        [second] = await enter
        way.inbox.waiting["Ev1"].set_result(False)

    assert (first.result(), second.result()) == (503, 200)
    assert way.offered == ["Ev1"]
