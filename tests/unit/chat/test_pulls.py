from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from adapters.chat.background import Background
from adapters.chat.content.pulls import bar, buttons, pulling
from adapters.chat.handling.pulls import EDIT_SECONDS, Pulls
from bot.domain import ModelsTold, Person, PullStep, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from tests.fakes import FakeClock

ANNA = Person(id="U1", name="Anna")
PLACE = ThreadRef(adapter="slack", workspace="T1", channel="C1", thread="")
GIGA = 10**9


class Desk:
    """Lets Anna pull; the test says how far that is."""

    def __init__(self) -> None:
        self.progress: list[Callable[[PullStep], None]] = []
        self.ends: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def report(self, person: Person, place: ThreadRef, language: str) -> ModelsTold:
        return ModelsTold(text="well")

    async def admit(self, person: Person, place: ThreadRef, model: str, language: str) -> str:
        return "" if person == ANNA else "You may not."

    async def pull(self, model: str, language: str, progress: Callable[[PullStep], None]) -> str:
        self.progress.append(progress)
        return await asyncio.shield(self.ends)

    def at(self, percent: int, host: str = "gpu1") -> None:
        for progress in self.progress:
            progress(PullStep(host=host, done=percent * GIGA, total=100 * GIGA))


class Message:
    """Keeps what a message showed, one text after the other."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.troubles: list[Exception] = []

    async def show(self, text: str) -> str:
        await self._maybe()
        self.texts.append(text)
        return "m1"

    async def change(self, message: str, text: str, *, last: bool) -> None:
        await self._maybe()
        self.texts.append(text)

    def refused(self, error: PostRefusedError) -> str:
        return f"Refused: {error}."

    async def _maybe(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)


class Rig:
    def __init__(self, background: Background) -> None:
        self.clock = FakeClock()
        self.desk = Desk()
        self.message = Message()
        self.pulls = Pulls(self.desk, background=background, clock=self.clock)

    async def pull(self, person: Person = ANNA) -> str:
        return await self.pulls.pull(person, PLACE, "big", "en", self.message)

    async def shown(self, count: int) -> None:
        """Wait until the message has shown so many texts."""
        while len(self.message.texts) < count:  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0)

    async def settled(self) -> None:
        for _ in range(30):
            await asyncio.sleep(0)

    @property
    def percents(self) -> list[str]:
        return [text.split("░ ")[-1].split(" %")[0] for text in self.message.texts if " %" in text]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with _running() as background:
        yield Rig(background)


@asynccontextmanager
async def _running() -> AsyncIterator[Background]:
    background = Background()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(background.run())
        await asyncio.sleep(0)
        yield background
        task.cancel()


async def begun(rig: Rig) -> None:
    await rig.pull()
    while not rig.desk.progress:  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0)


async def test_message_is_changed_seldom_and_then_to_the_newest(rig: Rig) -> None:
    await begun(rig)
    rig.desk.at(1)
    await rig.shown(2)
    for percent in range(2, 40):
        rig.desk.at(percent)
    await rig.settled()
    before = rig.percents
    await rig.clock.advance(EDIT_SECONDS)
    await rig.shown(3)

    assert (before, rig.percents) == (["1"], ["1", "39"])


async def test_message_stays_as_it_is_while_the_per_cent_do(rig: Rig) -> None:
    await begun(rig)
    rig.desk.at(7)
    await rig.shown(2)
    for _ in range(5):
        rig.desk.at(7)
        await rig.clock.advance(EDIT_SECONDS)
    await rig.settled()

    assert rig.percents == ["7"]


async def test_end_is_shown_at_once_and_again_until_it_is(rig: Rig) -> None:
    await begun(rig)
    rig.message.troubles = [RetryLaterError("busy"), ConnectionResetError("gone")]
    rig.desk.ends.set_result("It is there.")
    for _ in range(2):
        await rig.settled()
        await rig.clock.advance(EDIT_SECONDS)
    await rig.shown(2)

    assert rig.message.texts[-1] == "It is there."


async def test_message_that_is_gone_troubles_nobody(rig: Rig) -> None:
    await begun(rig)
    rig.message.troubles = [PostRefusedError("deleted"), PostRefusedError("deleted")]
    rig.desk.at(50)
    await rig.settled()
    rig.desk.ends.set_result("It is there.")
    await rig.settled()

    assert len(rig.message.texts) == 1
    assert await rig.pull() == "`big` is being pulled; how far that is stands in a message here."


async def test_what_goes_wrong_unforeseen_is_no_pull_that_goes_on_for_ever(rig: Rig) -> None:
    await begun(rig)
    rig.desk.ends.set_exception(ValueError("a bug"))
    await rig.shown(2)

    assert rig.message.texts[-1] == "`big` was not pulled: ValueError"


async def test_nothing_is_pulled_unseen(rig: Rig) -> None:
    rig.message.troubles = [PostRefusedError("no room")]

    assert await rig.pull() == "Nothing is pulled: how far it is could not be shown here. Refused: no room."
    assert rig.desk.progress == []


async def test_who_asks_again_where_it_is_shown_gets_no_second_message(rig: Rig) -> None:
    await begun(rig)

    assert await rig.pull() == "`big` is being pulled already; a message here says how far that is."
    assert len(rig.message.texts) == 1


async def test_who_may_not_begins_nothing(rig: Rig) -> None:
    assert await rig.pull(Person(id="U2", name="Bo")) == "You may not."
    assert (rig.message.texts, rig.desk.progress) == ([], [])


async def test_while_nothing_runs_it_is_asked_again_later() -> None:
    rig = Rig(Background())

    with pytest.raises(RetryLaterError):
        await rig.pull()


@pytest.mark.parametrize(("percent", "full"), [(0, 0), (4, 0), (5, 1), (50, 10), (99, 19), (100, 20), (150, 20)])
def test_bar_is_as_full_as_it_is_far(percent: int, full: int) -> None:
    assert bar(percent) == "█" * full + "░" * (20 - full)


def test_before_anything_is_known_no_per_cent_are_told() -> None:
    assert "%" not in pulling("big", None, "en") + pulling("big", PullStep(host="gpu1"), "en")


def test_list_has_buttons_for_what_fits_and_not_too_many() -> None:
    told = ModelsTold(text="", missing=("a" * 300, *"bcdefgh"))

    assert [model for _, model in buttons(told, "en", lambda model: len(model) < 100)] == list("bcdef")
    assert len(buttons(ModelsTold(text="", missing=("a" * 300,)), "en", lambda _: True)[0][0]) < 75
