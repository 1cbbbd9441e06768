"""Whatever is said, live or while nobody listens, and wherever a process dies: all of it is recorded in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.connecting import catching_up, hearing
from adapters.discord.connecting.catching_up import CatchingUp
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.hearing import Hearing
from adapters.discord.connecting.pages import PAGE, Heard
from adapters.discord.connecting.positions import Positions
from bot.domain import Delivery
from bot.errors import RetryLaterError, StoreError
from tests.fakes import FakeClock
from tests.unit.terminal.made import FakeInbox

PLACES = ("100", "200")


class Disk(FakeInbox):
    """What outlives a process; it refuses when told so."""

    def __init__(self) -> None:
        super().__init__()
        self.recorded: dict[str, Delivery] = {}
        self.positions: dict[str, int] = {}
        self.refuses = 0

    async def receive(self, delivery: Delivery) -> bool:
        await asyncio.sleep(0)
        if self.refuses:
            self.refuses -= 1
            raise StoreError("not now")
        if delivery.place:
            await self.note("discord", delivery.place, delivery.position)
        return self.recorded.setdefault(delivery.id, delivery) is delivery

    async def places(self, adapter: str) -> dict[str, int]:
        return dict(self.positions)

    async def note(self, adapter: str, place: str, position: int) -> None:
        self.positions[place] = max(position, self.positions.get(place, 0))

    async def leave(self, adapter: str, place: str) -> None:
        self.positions.pop(place, None)


class World:
    """Places in which things are said, for the bot (True) or not; its history sometimes fails."""

    def __init__(self) -> None:
        self.said: dict[str, list[Heard]] = {place: [] for place in PLACES}
        self.ids = 1000
        self.fails = 0

    def say(self, place: str, *, to_the_bot: bool) -> Heard:
        self.ids += 1
        body = {"text": f"{self.ids}"} if to_the_bot else None
        heard = Heard(position=self.ids, identity=f"message:{self.ids}", body=body)
        self.said[place].append(heard)
        return heard

    async def archived(self, place: str, since: int) -> list[tuple[str, int]]:
        return []

    async def is_told(self, place: str) -> bool:
        return True

    async def page(self, place: str, after: int) -> list[Heard]:
        await asyncio.sleep(0)
        if self.fails:
            self.fails -= 1
            raise RetryLaterError("not now", retry_after=0.0)
        return [heard for heard in self.said[place] if heard.position > after][:PAGE]

    def newest(self, place: str) -> int:
        return self.said[place][-1].position if self.said[place] else 0

    def wanted(self, place: str) -> list[str]:
        return [heard.identity for heard in self.said[place] if heard.body is not None]


class Process:
    """One process that listens, from its start until it dies."""

    def __init__(self, world: World, disk: Disk) -> None:
        self.world = world
        self.offered: list[str] = []
        self.positions = Positions(disk)
        door = Door(disk, offer=lambda delivery: self.offered.append(delivery.id), clock=FakeClock())
        self.catching_up = CatchingUp(self.positions, door, world, a_second=10**9)
        self.hearing = Hearing(self.positions, self.catching_up, door)

    def session(self) -> None:
        self.positions.lost()
        for place in PLACES:
            if self.positions.see(place, self.world.newest(place)):
                self.catching_up.want(place)
        for place in self.positions.waiting():
            self.catching_up.want(place)

    async def hear(self, place: str, heard: Heard) -> None:
        async def describe() -> Heard:
            return heard

        await self.hearing.hear(place, heard.position, describe)

    async def settle(self) -> None:
        """Return when every place is caught up."""
        while self.positions.waiting():  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0)


_places = st.sampled_from(PLACES)
_doings = st.lists(
    st.one_of(
        st.tuples(st.just("live"), _places, st.booleans()),
        st.tuples(st.just("missed"), _places, st.booleans()),
        st.tuples(st.sampled_from(["new session", "dies", "store fails", "history fails", "waits"])),
    ),
    max_size=25,
)


Doing = tuple[object, ...]
Start = Callable[[Process, str, Heard], None]


async def _live(world: World, disk: Disk, doings: list[Doing]) -> None:
    """Do things in processes one after the other, each of which dies where the list says so."""
    rest = iter(doings)
    for place in PLACES:
        disk.positions[place] = int(place)
    more = True
    while more:
        process = Process(world, disk)
        await process.positions.load()
        with suppress(asyncio.CancelledError):
            async with asyncio.TaskGroup() as group:
                running = group.create_task(process.catching_up.run())
                process.session()
                hearing_now: list[asyncio.Task[None]] = []
                more = await _until_it_dies(process, disk, rest, partial(_start, group, hearing_now))
                if not more:
                    await _quiet(process, hearing_now)
                for task in (running, *hearing_now):
                    task.cancel()


def _start(group: asyncio.TaskGroup, tasks: list[asyncio.Task[None]], process: Process, place: str, it: Heard) -> None:
    tasks.append(group.create_task(process.hear(place, it)))


async def _until_it_dies(process: Process, disk: Disk, rest: Iterator[Doing], start: Start) -> bool:
    for doing, *about in rest:
        if doing == "dies":
            return True
        if about:
            heard = process.world.say(str(about[0]), to_the_bot=bool(about[1]))
            if doing == "live":
                start(process, str(about[0]), heard)
        # What is missed is said in the moment between two sessions.
        if doing in ("missed", "new session"):
            process.session()
        disk.refuses += doing == "store fails"
        process.world.fails += doing == "history fails"
        for _ in range(20 if doing == "waits" else 1):
            await asyncio.sleep(0)
    return False


async def _quiet(process: Process, hearing_now: list[asyncio.Task[None]]) -> None:
    for task in hearing_now:
        await task
    await asyncio.sleep(2 * hearing.AGAIN_SECONDS)
    await process.settle()


@settings(max_examples=150, deadline=None)
@example([("history fails",), ("missed", "100", True), ("live", "100", True), ("waits",), ("dies",)])
@given(_doings)
def test_everything_that_is_said_to_the_bot_is_recorded_in_the_end(doings: list[Doing]) -> None:
    world, disk = World(), Disk()
    before = hearing.AGAIN_SECONDS, catching_up.SHORTEST_PAUSE
    hearing.AGAIN_SECONDS, catching_up.SHORTEST_PAUSE = 0.0, 0.0
    try:
        asyncio.run(_live(world, disk, doings))
    finally:
        hearing.AGAIN_SECONDS, catching_up.SHORTEST_PAUSE = before

    for place in PLACES:
        assert [each for each in world.wanted(place) if each not in disk.recorded] == []
    for place, position in disk.positions.items():
        missing = [heard for heard in world.said[place] if heard.position <= position and heard.body is not None]
        assert [heard.identity for heard in missing if heard.identity not in disk.recorded] == []
