from __future__ import annotations

from datetime import datetime

import pytest

from adapters.chat.patience import LONGEST_PAUSE, patiently
from bot.errors import RetryLaterError, StoreError
from tests.fakes import START


class NotingClock:
    """Waits for nobody, and notes how long it would have."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return START

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


class Shy:
    """Answers after it has failed so often."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error = error
        self.times = times

    async def answer(self) -> str:
        self.times -= 1
        if self.times >= 0:
            raise self.error
        return "here"


@pytest.mark.parametrize("error", [StoreError("locked"), RetryLaterError("later"), OSError("no way there")], ids=repr)
async def test_what_does_not_answer_yet_is_asked_again(error: Exception) -> None:
    clock = NotingClock()

    assert await patiently(Shy(error, 3).answer, clock=clock, adapter="slack") == "here"

    assert clock.pauses == [1, 2, 4]


async def test_pauses_grow_no_longer_than_a_minute() -> None:
    clock = NotingClock()

    await patiently(Shy(StoreError("locked"), 10).answer, clock=clock, adapter="slack")

    assert max(clock.pauses) == LONGEST_PAUSE


async def test_what_no_waiting_mends_is_raised() -> None:
    with pytest.raises(ValueError, match="wrong"):
        await patiently(Shy(ValueError("wrong"), 1).answer, clock=NotingClock(), adapter="slack")
