from __future__ import annotations

import asyncio

import pytest

from adapters.discord.connecting.catching_up import EACH, CatchingUp
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.known import State
from adapters.discord.connecting.pages import Heard
from adapters.discord.connecting.positions import EVERYWHERE, MARGIN, QUIET, Positions
from adapters.discord.web.pacing import to_come
from bot.errors import RetryLaterError, StoreError
from tests.fakes import FakeClock
from tests.unit.discord.test_connecting_laws import Disk

BEGAN, LATER = 10 * QUIET, 11 * QUIET


class Reluctant(Disk):
    """Keeps nothing until told so."""

    refusing = True

    async def note(self, adapter: str, place: str, position: int) -> None:
        if self.refusing:
            raise StoreError("not now")
        await super().note(adapter, place, position)


async def loaded(disk: Disk, **kept: int) -> Positions:
    """Return what a process knows that begins over these places, all of which are caught up."""
    disk.positions |= {place.lstrip("p"): at for place, at in kept.items()} | {EVERYWHERE: BEGAN}
    positions = Positions(disk)
    await positions.load()
    for place in list(disk.positions):
        positions.see(place, 0)
    positions.told()
    return positions


async def test_places_that_are_not_known_begin_later_once_everything_said_is_recorded() -> None:
    disk = Disk()
    positions = await loaded(disk, p100=BEGAN)
    positions.passed("100", LATER)

    await positions.keep()

    assert disk.positions[EVERYWHERE] == LATER - MARGIN


@pytest.mark.parametrize("why", ["cut off", "a place is behind"])
async def test_places_that_are_not_known_begin_no_later_while_something_may_be_missed(why: str) -> None:
    disk = Disk()
    positions = await loaded(disk, p100=BEGAN, p200=BEGAN)
    positions.cut_off() if why == "cut off" else positions.behind("200")
    positions.passed("100", LATER)

    await positions.keep()

    assert disk.positions[EVERYWHERE] == BEGAN


async def test_what_was_said_before_a_connection_was_lost_counts_all_the_same() -> None:
    disk = Disk()
    positions = await loaded(disk, p100=BEGAN)
    positions.passed("100", LATER)
    positions.cut_off()

    await positions.keep()

    assert disk.positions[EVERYWHERE] == LATER - MARGIN


async def test_threads_of_a_channel_that_is_not_caught_up_begin_where_it_stands() -> None:
    positions = await loaded(Disk(), p100=BEGAN - 500)
    assert positions.since("100") == BEGAN

    positions.behind("100")
    positions.see("7", BEGAN - 400, parent="100")

    assert (positions.since("100"), positions.at("7")) == (BEGAN - 500, BEGAN - 500)
    assert positions.state("7") is State.BEHIND


async def test_threads_begin_no_earlier_than_those_that_are_forgotten() -> None:
    positions = await loaded(Disk(), p100=5)
    positions.behind("100")

    assert positions.since("100") == BEGAN - QUIET


async def test_thread_that_begins_before_others_is_recorded_before_its_channel_goes_on() -> None:
    disk = Reluctant()
    positions = await loaded(disk, p100=BEGAN - 500)
    positions.behind("100")
    positions.begin("7", BEGAN, parent="100")

    with pytest.raises(StoreError):
        await positions.hold()
    disk.refusing = False
    await positions.hold()

    assert disk.positions["7"] == BEGAN - 500


class Pages:
    """Something was said in the channel; the thread cannot be read now."""

    async def page(self, place: str, after: int) -> list[Heard]:
        if place == "7":
            raise RetryLaterError("not now", retry_after=3600.0)
        said = Heard(position=LATER, identity="message:1", body={"text": "hello"})
        return [said] if after < LATER else []

    async def archived(self, place: str, since: int) -> list[tuple[str, int]]:
        return []

    async def is_told(self, place: str) -> bool:
        return True


async def test_process_that_dies_once_a_channel_is_caught_up_leaves_its_threads_to_the_next() -> None:
    disk = Disk()
    positions = await loaded(disk, p100=BEGAN - 500)
    positions.behind("100")
    positions.see("7", BEGAN - 400, parent="100")
    catching_up = CatchingUp(positions, Door(disk, offer=lambda _: None, clock=FakeClock()), Pages())
    running = asyncio.create_task(catching_up.run())
    catching_up.want("7")
    catching_up.want("100")
    await catching_up.until("100")
    running.cancel()

    assert (disk.positions["100"], disk.positions["7"]) == (LATER, BEGAN - 500)


class Counting(Pages):
    """Nothing was said anywhere; counts for how many requests room is kept meanwhile."""

    def __init__(self, places: int) -> None:
        self.kept: list[int] = []
        self.done = asyncio.Event()
        self._places = places

    async def page(self, place: str, after: int) -> list[Heard]:
        self.kept.append(to_come())
        if len(self.kept) == self._places:
            self.done.set()
        return []


async def test_room_is_kept_for_places_in_which_something_was_said_until_they_are_caught_up() -> None:
    said, suspected = ("p100", "p200", "p300"), "p400"
    positions = await loaded(Disk(), **dict.fromkeys((*said, suspected), BEGAN))
    pages = Counting(4)
    catching_up = CatchingUp(positions, Door(Disk(), offer=lambda _: None, clock=FakeClock()), pages, a_second=1000)
    for place in (*said, suspected):
        positions.behind(place[1:])
        catching_up.want(place[1:], sure=place != suspected)
    running = asyncio.create_task(catching_up.run())
    await pages.done.wait()
    running.cancel()

    assert pages.kept == [3 * EACH, 2 * EACH, EACH, 0]


async def test_position_never_goes_back() -> None:
    positions = await loaded(Disk(), p100=BEGAN)
    positions.passed("100", BEGAN - 1)

    assert positions.at("100") == BEGAN


@pytest.mark.parametrize(("newest", "found"), [(BEGAN, False), (BEGAN + 1, True)])
async def test_archived_thread_is_known_only_if_something_was_said_in_it_since(newest: int, found: bool) -> None:
    disk = Disk()
    positions = await loaded(disk, p100=BEGAN)

    assert await positions.find("7", newest, parent="100") is found
    assert disk.positions.get("7") == (BEGAN if found else None)
    assert positions.state("7") is (State.BEHIND if found else None)
