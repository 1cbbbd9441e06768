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
from adapters.discord.connecting.catching_up import CatchingUp
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.hearing import Hearing
from adapters.discord.connecting.pages import PAGE, Heard, PlaceClosedError
from adapters.discord.connecting.positions import Positions
from tests.fakes import FakeClock
from tests.unit.discord.test_connecting_laws import Disk

CHANNELS = CHANNEL, FORUM = "100", "200"
"""Each is in a server of its own, and each server comes by a connection of its own."""


@dataclass
class Spot:
    """A channel, or a thread of it."""

    channel: str
    said: list[Heard] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    archived: int = 0
    """When it was archived, as ids count; 0: it is open."""


class World:
    """A channel and a forum with their threads, each of which can be closed to the bot."""

    def __init__(self) -> None:
        self.ids = 1000
        self.spots = {channel: Spot(channel) for channel in CHANNELS}
        self.closed: set[str] = set()
        self.half: set[str] = set()
        """Channels of which the history cannot be read, but what is said comes live."""
        self.begun = False
        """Whether the bot was ever there: only what is said later is owed."""
        self.posts = 0
        """The forum's newest post that the gateway has told of: nobody asks for it."""

    def next(self) -> int:
        self.ids += 1
        return self.ids

    def say(self, place: str, identity: int | None = None, *, live: bool = False) -> Heard:
        spot, number = self.spots[place], identity or self.next()
        heard = Heard(position=number, identity=f"message:{number}", body={"text": str(number)})
        spot.said.append(heard)
        spot.archived = 0
        if self.begun and spot.channel not in self.closed and (live or spot.channel not in self.half):
            spot.owed.append(heard.identity)
        return heard

    def thread(self, channel: str) -> str:
        place = str(self.next())
        self.spots[place] = Spot(channel)
        told = Heard(position=int(place), identity="", body=None, thread=place, has_thread=True)
        self.spots[channel].said.append(told)
        return place

    def told(self, channel: str) -> Iterator[str]:
        """The places of which a server tells, threads first."""
        if channel not in self.closed:
            yield from (p for p, spot in self.spots.items() if spot.channel == channel != p and not spot.archived)
            yield channel

    def newest(self, place: str) -> int:
        said = self.spots[place].said
        return said[-1].position if said else 0

    async def page(self, place: str, after: int) -> list[Heard]:
        await asyncio.sleep(0)
        if self.spots[place].channel in self.closed | self.half:
            raise PlaceClosedError
        if place == FORUM:
            return [Heard(position=self.posts, identity="", body=None)] if self.posts > after else []
        return [heard for heard in self.spots[place].said if heard.position > after][:PAGE]

    async def archived(self, place: str, since: int) -> list[tuple[str, int]]:
        await asyncio.sleep(0)
        threads = [(p, spot) for p, spot in self.spots.items() if spot.channel == place != p]
        return [(p, self.newest(p)) for p, spot in threads if spot.archived > since]

    async def is_told(self, place: str) -> bool:
        return True


class Process:
    """One process, with a connection for each channel, from its start until it dies."""

    def __init__(self, world: World, disk: Disk, group: asyncio.TaskGroup) -> None:
        self.world = world
        self.offered: list[str] = []
        self.positions = Positions(disk)
        door = Door(disk, offer=lambda delivery: self.offered.append(delivery.id), clock=FakeClock())
        self.catching_up = CatchingUp(self.positions, door, world, a_second=10**9)
        self.hearing = Hearing(self.positions, self.catching_up, door)
        self.cut: set[str] = set()
        self.group = group
        self.tasks = [group.create_task(self.catching_up.run())]

    def hears(self, channel: str) -> bool:
        return channel not in self.cut and channel not in self.world.closed

    def see(self, place: str) -> None:
        spot = self.world.spots[place]
        self.world.posts = self.world.newest(place) if place == FORUM else self.world.posts
        parent = spot.channel if spot.channel != place else ""
        if spot.channel in self.world.half:
            self.positions.close(place)
        elif self.positions.see(place, self.world.newest(place), parent=parent):
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
            self.catching_up.want(place, sure=False)
        for place in self.world.told(channel):
            self.positions.open(place)
        for place in self.world.told(channel):
            self.see(place)

    def began(self, place: str) -> None:
        channel, told = self.world.spots[place].channel, self.world.spots[self.world.spots[place].channel].said[-1]
        self.positions.made(place)
        if channel == CHANNEL:
            self.hear(channel, told)
            return
        self.world.posts = told.position
        if self.positions.is_caught_up(channel):
            self.positions.passed(channel, told.position)

    def hear(self, place: str, heard: Heard) -> None:
        async def describe() -> Heard:
            return heard

        spot = self.world.spots[place]
        parent = spot.channel if spot.channel != place else ""
        hearing = self.hearing.hear(place, heard.position, describe, parent=parent)
        self.tasks.append(self.group.create_task(hearing))

    async def settle(self) -> None:
        while self.positions.waiting():  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0)


OFTEN = "say", "say", "thread", "archive", "open", "again", "keep", "dies", "waits"
DOINGS = *OFTEN, "post", "close", "half close", "cut"
Doing = tuple[str, str, int]
_doings = st.lists(
    st.tuples(st.sampled_from([*OFTEN, *DOINGS]), st.sampled_from(["100", *CHANNELS]), st.integers(0, 3)), max_size=16
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
            self.world.half.clear()
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
                await _hush()
                await process.positions.keep()
            await _hush(30 if doing == "waits" else 1)
        return False

    def _do(self, process: Process | None, doing: str, channel: str, number: int) -> None:
        place = self._one(channel, number)
        # In a forum itself nobody says anything.
        if doing in ("thread", "post") or (doing == "say" and place == FORUM):
            self._begin(process, channel, is_post=doing == "post")
        elif doing in ("say", "archive"):
            self._in_one(process, doing, place)
        elif doing in ("close", "half close", "open"):
            self._turn(process, channel, doing)
        elif process is not None and doing in ("cut", "again"):
            _connect(process, channel, again=doing == "again")

    def _one(self, channel: str, number: int) -> str:
        places = [place for place, spot in self.world.spots.items() if spot.channel == channel]
        return places[number % len(places)]

    def _in_one(self, process: Process | None, doing: str, place: str) -> None:
        spot = self.world.spots[place]
        hears = process is not None and process.hears(spot.channel)
        if doing == "archive":
            spot.archived = self.world.next() if place != spot.channel and not spot.archived else spot.archived
            return
        reopened = bool(spot.archived)
        heard = self.world.say(place, live=hears)
        if hears and process is not None:
            if reopened:
                process.see(place)
            process.hear(place, heard)

    def _begin(self, process: Process | None, channel: str, *, is_post: bool) -> None:
        place = self.world.thread(channel)
        hears = process is not None and process.hears(channel)
        if process is not None and hears:
            process.began(place)
        heard = self.world.say(place, int(place) if is_post else None, live=hears)
        if process is not None and hears:
            process.hear(place, heard)

    def _turn(self, process: Process | None, channel: str, doing: str) -> None:
        if doing == "close":
            self.world.closed.add(channel)
        elif doing == "half close" and channel not in self.world.closed:
            self.world.half.add(channel)
            if process is not None and process.hears(channel):
                for place in self.world.told(channel):
                    process.see(place)
        elif doing == "open":
            self.world.closed.discard(channel)
            self.world.half.discard(channel)
            if process is not None and process.hears(channel):
                process.opened(channel)


async def _hush(steps: int = 30) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)


def _connect(process: Process, channel: str, *, again: bool) -> None:
    if again and channel in process.cut:
        process.cut.discard(channel)
        process.session()
    elif not again:
        process.cut.add(channel)
        process.positions.cut_off()


@settings(max_examples=400, deadline=None)
@example([("dies", "100", 2), ("post", "100", 0), ("waits", "100", 0)])
@example([("thread", "100", 0), ("archive", "100", 1), ("keep", "100", 0), ("dies", "100", 1), ("say", "100", 1)])
@example([("say", "100", 0), ("waits", "100", 0), ("close", "100", 0), ("say", "100", 0), ("open", "100", 0)])
@example([("cut", "200", 0), ("thread", "200", 0), ("say", "100", 0), ("keep", "100", 0), ("again", "200", 0)])
@example([("cut", "100", 0), ("thread", "100", 0), ("close", "100", 0), ("again", "100", 0), ("say", "200", 0)])
@example([("cut", "100", 0), ("say", "100", 0), ("again", "100", 0), ("say", "100", 0)])
@example([("open", "100", 0), ("cut", "100", 0), ("post", "100", 0)])
@example([("open", "100", 0), ("cut", "100", 0), ("post", "100", 0), ("keep", "100", 0), ("archive", "100", 3)])
@example([("open", "100", 0), ("say", "100", 0), ("open", "100", 0), ("dies", "100", 3), ("say", "100", 0)])
@example([("dies", "100", 1), ("say", "100", 0), ("half close", "100", 0), ("say", "100", 0), ("waits", "100", 0)])
@example([("dies", "100", 3), ("post", "100", 0), ("archive", "100", 1), ("half close", "100", 0), ("post", "100", 0)])
@example([("dies", "100", 3), ("thread", "100", 0), ("half close", "100", 0), ("again", "100", 0), ("say", "100", 3)])
@example([("dies", "200", 2), ("thread", "200", 0), ("archive", "200", 1)])
@example([("dies", "200", 3), ("say", "200", 0), ("half close", "200", 0), ("archive", "200", 3), ("thread", "200", 0)])
@example([("say", "100", 0), ("cut", "100", 0), ("say", "100", 0), ("again", "100", 0), ("say", "100", 0)])
@example([("dies", "100", 2), ("thread", "100", 0), ("archive", "100", 1)])
@example([("half close", "100", 0), ("say", "100", 0), ("dies", "100", 0), ("thread", "100", 0)])
@example([("say", "100", 0), ("dies", "100", 3), ("say", "100", 0)])
@example(
    [
        ("cut", "100", 0),
        ("thread", "100", 0),
        ("half close", "100", 0),
        ("again", "100", 0),
        ("say", "200", 0),
        ("keep", "100", 0),
        ("say", "100", 1),
    ]
)
@given(_doings)
def test_what_is_said_where_the_bot_may_read_is_handled_once_whatever_becomes_of_places(doings: list[Doing]) -> None:
    history = History()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hearing, "AGAIN_SECONDS", 0.0)
        patched.setattr(catching_up, "SHORTEST_PAUSE", 0.0)
        patched.setattr(catching_up, "CLOSED_PAUSE", 0.0)
        patched.setattr(positions, "MARGIN", 0)
        asyncio.run(history.live(doings))

    for spot in history.world.spots.values():
        assert [each for each in spot.owed if each not in history.disk.recorded] == []
    assert len(history.offered) == len(set(history.offered))
