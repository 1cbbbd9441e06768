"""Whatever becomes of places while the bot is there or away: what was said where it may read is recorded once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.connecting import catching_up, hearing, positions
from adapters.discord.connecting.catching_up import PAGE, CatchingUp, Heard, PlaceClosedError
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.hearing import Hearing
from adapters.discord.connecting.positions import Positions
from tests.fakes import FakeClock
from tests.unit.discord.test_connecting_laws import Disk

CHANNELS = ("100", "200")
"""Each is in a server of its own, and each server comes by a connection of its own."""


@dataclass
class Spot:
    """A channel, or a thread of it."""

    channel: str
    said: list[Heard] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    active: bool = True


class World:
    """Two channels with their threads, each of which can be closed to the bot."""

    def __init__(self) -> None:
        self.ids = 1000
        self.spots = {channel: Spot(channel) for channel in CHANNELS}
        self.closed: set[str] = set()
        self.begun = False
        """Whether the bot was ever there: only what is said later is owed."""

    def next(self) -> int:
        self.ids += 1
        return self.ids

    def say(self, place: str, identity: int | None = None) -> Heard:
        spot, number = self.spots[place], identity or self.next()
        heard = Heard(position=number, identity=f"message:{number}", body={"text": str(number)})
        spot.said.append(heard)
        spot.active = True
        if self.begun and spot.channel not in self.closed:
            spot.owed.append(heard.identity)
        return heard

    def thread(self, channel: str) -> str:
        place = str(self.next())
        self.spots[place] = Spot(channel)
        return place

    def told(self, channel: str) -> Iterator[str]:
        """The places of which a server tells, threads first."""
        if channel not in self.closed:
            yield from (p for p, spot in self.spots.items() if spot.channel == channel != p and spot.active)
            yield channel

    def newest(self, place: str) -> int:
        said = self.spots[place].said
        return said[-1].position if said else 0

    async def page(self, place: str, after: int) -> list[Heard]:
        await asyncio.sleep(0)
        if self.spots[place].channel in self.closed:
            raise PlaceClosedError
        return [heard for heard in self.spots[place].said if heard.position > after][:PAGE]

    async def is_told(self, place: str) -> bool:
        return True


class Process:
    """One process, with a connection for each channel, from its start until it dies."""

    def __init__(self, world: World, disk: Disk, group: asyncio.TaskGroup) -> None:
        self.world = world
        self.offered: list[str] = []
        self.positions = Positions(disk)
        door = Door(disk, offer=lambda delivery: self.offered.append(delivery.id), clock=FakeClock())
        self.catching_up = CatchingUp(self.positions, door, world)
        self.catching_up._pace._seconds = 0.0
        self.hearing = Hearing(self.positions, self.catching_up, door)
        self.cut: set[str] = set()
        self.group = group
        self.tasks = [group.create_task(self.catching_up.run())]

    def hears(self, channel: str) -> bool:
        return channel not in self.cut and channel not in self.world.closed

    def see(self, place: str) -> None:
        spot = self.world.spots[place]
        parent = spot.channel if spot.channel != place else ""
        if self.positions.see(place, self.world.newest(place), parent=parent):
            self.catching_up.want(place)

    def session(self) -> None:
        self.positions.lost()
        for channel in CHANNELS:
            if channel in self.world.closed:
                self.positions.close(channel)
            for place in self.world.told(channel):
                self.see(place)
        for place in self.positions.waiting():
            self.catching_up.want(place, sure=False)
        self.positions.told()
        if self.cut:
            self.positions.cut_off()

    def opened(self, channel: str) -> None:
        """Only that it is open is told, and which threads it has; not what was said there."""
        for place in self.world.told(channel):
            self.positions.behind(place)
            self.catching_up.want(place)
            self.see(place)

    def hear(self, place: str, heard: Heard) -> None:
        async def describe() -> Heard:
            return heard

        self.tasks.append(self.group.create_task(self.hearing.hear(place, heard.position, describe)))

    async def settle(self) -> None:
        while self.positions.waiting():  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0)


Doing = tuple[str, str, int]
_doings = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "say",
                "say",
                "say",
                "thread",
                "post",
                "archive",
                "close",
                "open",
                "cut",
                "again",
                "keep",
                "dies",
                "waits",
            ],
        ),
        st.sampled_from(CHANNELS),
        st.integers(0, 3),
    ),
    max_size=30,
)


class History:
    """What is done, in processes one after the other."""

    def __init__(self) -> None:
        self.world, self.disk = World(), Disk()
        self.offered: list[str] = []

    async def live(self, doings: list[Doing]) -> None:
        rest = iter([("starts", "100", 0), *doings, ("end", "100", 0)])
        more = True
        while more:
            with suppress(asyncio.CancelledError):
                async with asyncio.TaskGroup() as group:
                    more = await self._process(group, rest)

    async def _process(self, group: asyncio.TaskGroup, rest: Iterator[Doing]) -> bool:
        process = Process(self.world, self.disk, group)
        await process.positions.load()
        process.session()
        if not self.world.begun:
            self.world.begun = True
            await process.positions.keep()
        more = await self._until_it_dies(process, rest)
        if not more:
            self.world.closed.clear()
            process.cut.clear()
            process.session()
            for channel in CHANNELS:
                process.opened(channel)
            await asyncio.wait(process.tasks[1:] or [asyncio.ensure_future(asyncio.sleep(0))])
            await process.settle()
        self.offered += process.offered
        for task in process.tasks:
            task.cancel()
        return more

    async def _until_it_dies(self, process: Process, rest: Iterator[Doing]) -> bool:
        for doing, channel, number in rest:
            if doing == "dies":
                # So much goes on while nobody is there.
                for _ in range(number):
                    away = next(rest, ("end", "100", 0))
                    if away[0] == "end":
                        return False
                    self._do(None, *away)
                return True
            self._do(process, doing, channel, number)
            if doing == "keep":
                await process.positions.keep()
            for _ in range(30 if doing == "waits" else 1):
                await asyncio.sleep(0)
        return False

    def _do(self, process: Process | None, doing: str, channel: str, number: int) -> None:
        if doing in ("say", "archive"):
            self._in_one(process, doing, self._one(channel, number))
        elif doing in ("thread", "post"):
            self._begin(process, channel, is_post=doing == "post")
        elif doing in ("close", "open"):
            self._turn(process, channel, closes=doing == "close")
        elif process is not None and doing in ("cut", "again"):
            _connect(process, channel, again=doing == "again")

    def _one(self, channel: str, number: int) -> str:
        places = [place for place, spot in self.world.spots.items() if spot.channel == channel]
        return places[number % len(places)]

    def _in_one(self, process: Process | None, doing: str, place: str) -> None:
        spot = self.world.spots[place]
        hears = process is not None and process.hears(spot.channel)
        if doing == "archive":
            # What was made, and archived again, while nobody was there is told by nobody.
            known = hears and process is not None and process.positions.is_caught_up(place)
            spot.active = spot.active and not (known and place != spot.channel)
            return
        reopened = not spot.active
        heard = self.world.say(place)
        if hears and process is not None:
            if reopened:
                process.see(place)
            process.hear(place, heard)

    def _begin(self, process: Process | None, channel: str, *, is_post: bool) -> None:
        place = self.world.thread(channel)
        if process is not None and process.hears(channel):
            process.positions.made(place)
        heard = self.world.say(place, int(place) if is_post else None)
        if process is not None and process.hears(channel):
            process.hear(place, heard)

    def _turn(self, process: Process | None, channel: str, *, closes: bool) -> None:
        if closes:
            self.world.closed.add(channel)
        elif channel in self.world.closed:
            self.world.closed.discard(channel)
            if process is not None and process.hears(channel):
                process.opened(channel)


def _connect(process: Process, channel: str, *, again: bool) -> None:
    if again and channel in process.cut:
        process.cut.discard(channel)
        process.session()
    elif not again:
        process.cut.add(channel)
        process.positions.cut_off()


@settings(max_examples=300, deadline=None)
@example([("dies", "100", 2), ("post", "100", 0), ("waits", "100", 0)])
@example([("thread", "100", 0), ("archive", "100", 1), ("keep", "100", 0), ("dies", "100", 1), ("say", "100", 1)])
@example([("say", "100", 0), ("waits", "100", 0), ("close", "100", 0), ("say", "100", 0), ("open", "100", 0)])
@example([("cut", "200", 0), ("thread", "200", 0), ("say", "100", 0), ("keep", "100", 0), ("again", "200", 0)])
@given(_doings)
def test_what_is_said_where_the_bot_may_read_is_handled_once_whatever_becomes_of_places(doings: list[Doing]) -> None:
    history = History()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hearing, "AGAIN_SECONDS", 0.0)
        patched.setattr(catching_up, "SHORTEST_PAUSE", 0.0)
        patched.setattr(catching_up, "CLOSED_PAUSE", 0.0)
        patched.setattr(positions, "MARGIN", 10)
        asyncio.run(history.live(doings))

    for spot in history.world.spots.values():
        assert [each for each in spot.owed if each not in history.disk.recorded] == []
    assert len(history.offered) == len(set(history.offered))
