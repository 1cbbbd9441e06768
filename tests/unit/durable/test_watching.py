"""What people are told of a model call that waits."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from agents.durable.watching import SELDOMEST, SILENCE, Watching, about, waits
from agents.models.port import CallState


class Alarm:
    """Something that will be done."""

    def __init__(self, at: float, do: Callable[[], object]) -> None:
        self.at = at
        self.do = do
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Timers:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.alarms: list[Alarm] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Alarm:
        self.alarms.append(Alarm(self.now + delay, callback))
        return self.alarms[-1]

    @property
    def pending(self) -> list[Alarm]:
        return [alarm for alarm in self.alarms if not alarm.cancelled]

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [alarm for alarm in self.pending if alarm.at <= end]:
            first = min(due, key=lambda alarm: alarm.at)
            self.alarms.remove(first)
            self.now = max(self.now, first.at)
            first.do()
        self.now = end


class Watched:
    """A call that is watched, and what people are told of it."""

    def __init__(self, language: str = "en") -> None:
        self.timers = Timers()
        self.told: list[str] = []
        self.watching = Watching(self.told.append, language, timers=self.timers)

    def queued(self, place: int, seconds: float | None = None) -> None:
        self.watching.state(queued(place, seconds))

    def is_in(self, kind: str) -> None:
        self.watching.state(CallState(kind=kind, model="qwen2:7b", host="gpu1"))  # type: ignore[arg-type]


def queued(place: int, seconds: float | None = None) -> CallState:
    return CallState(kind="queued", model="qwen2:7b", place=place, seconds=seconds)


@pytest.fixture
def w() -> Watched:
    return Watched()


def test_call_that_is_answered_soon_is_told_of_to_nobody(w: Watched) -> None:
    with w.watching:
        w.queued(3)
        w.timers.pass_time(SILENCE - 0.1)
        w.is_in("asked")
        w.watching.words()
        w.timers.pass_time(60)

    assert w.told == []


def test_place_in_the_queue_is_told_after_three_seconds_of_silence(w: Watched) -> None:
    w.queued(3, 45)
    w.timers.pass_time(SILENCE)

    assert w.told == ["Place 3 in the queue for qwen2:7b. About 50 seconds to go."]


def test_what_is_told_after_the_silence_is_how_the_call_fares_then(w: Watched) -> None:
    w.queued(9)
    w.timers.pass_time(2)
    w.queued(1)
    w.timers.pass_time(2)

    assert w.told == ["Next in the queue for qwen2:7b."]


def test_call_that_begins_to_wait_late_is_told_of_at_once(w: Watched) -> None:
    w.timers.pass_time(10)
    w.is_in("loading")

    assert w.told == ["qwen2:7b is being loaded into memory."]


def test_nothing_is_told_where_nothing_changes(w: Watched) -> None:
    w.queued(2, 30)
    w.timers.pass_time(SILENCE)
    for _ in range(100):
        w.queued(2, 30)
        w.timers.pass_time(1)

    assert len(w.told) == 1


def test_who_waits_for_minutes_is_told_the_more_seldom_and_the_newest_last(w: Watched) -> None:
    for place in range(600, 0, -1):
        w.queued(place)
        w.timers.pass_time(1)
    w.timers.pass_time(SELDOMEST)

    assert 600 / SELDOMEST <= len(w.told) <= 600 / 8
    assert w.told[-1] == "Next in the queue for qwen2:7b."


def test_model_that_loads_is_told_though_places_are_told_seldom(w: Watched) -> None:
    for place in range(200, 0, -1):
        w.queued(place)
        w.timers.pass_time(1)
    w.is_in("loading")
    w.timers.pass_time(SILENCE)

    assert w.told[-1] == "qwen2:7b is being loaded into memory."


def test_host_that_has_the_request_is_told_only_where_waiting_was_told_and_words_do_not_come(w: Watched) -> None:
    w.is_in("asked")
    w.timers.pass_time(60)
    assert w.told == []

    w.queued(1)
    w.is_in("asked")
    w.timers.pass_time(SILENCE - 0.1)
    told = [*w.told]
    w.timers.pass_time(1)

    assert told == ["Next in the queue for qwen2:7b."]
    assert w.told[1:] == ["qwen2:7b has the request."]


def test_words_take_the_place_of_what_was_told(w: Watched) -> None:
    with w.watching:
        w.queued(1)
        w.timers.pass_time(SILENCE)
        w.is_in("asked")
        w.watching.words()
        w.watching.words()
        w.timers.pass_time(60)

    assert w.told == ["Next in the queue for qwen2:7b."]


def test_what_was_told_is_taken_back_at_the_end_of_a_call_without_words(w: Watched) -> None:
    w.queued(1)
    w.timers.pass_time(SILENCE)

    with pytest.raises(OSError, match="it broke"), w.watching:
        raise OSError("it broke")

    assert w.told == ["Next in the queue for qwen2:7b.", ""]


def test_call_that_is_over_leaves_no_timer_and_is_told_of_no_more(w: Watched) -> None:
    with w.watching:
        w.queued(1)
        assert len(w.timers.pending) == 1

    w.queued(2)
    w.timers.pass_time(60)

    assert w.timers.pending == []
    assert w.told == []


def test_words_that_count_for_nothing_are_taken_back_at_once(w: Watched) -> None:
    w.is_in("asked")
    w.watching.words()
    w.is_in("again")
    w.is_in("asked")
    w.timers.pass_time(60)

    assert w.told == ["The answer broke off; qwen2:7b is asked once more."]


def test_call_that_begins_anew_is_told_of_as_such_while_it_waits_again(w: Watched) -> None:
    w.watching.words()
    w.is_in("again")
    w.queued(2)
    w.timers.pass_time(SILENCE)

    assert w.told[1:] == ["The answer broke off; qwen2:7b is asked once more.\nPlace 2 in the queue for qwen2:7b."]


def test_call_whose_second_answer_has_words_tells_no_more(w: Watched) -> None:
    with w.watching:
        w.watching.words()
        w.is_in("again")
        w.queued(2)
        w.watching.words()
        w.timers.pass_time(60)
        assert len(w.told) == 1
        w.is_in("again")

    assert len(w.told) == 3
    assert w.told[-1] == ""


def test_call_that_is_asked_again_before_it_said_anything_tells_nothing_of_it(w: Watched) -> None:
    w.is_in("asked")
    w.is_in("again")
    w.is_in("asked")
    w.timers.pass_time(60)

    assert w.told == []


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "About 10 seconds to go.", "大约还需 10 秒。"),
        (11, "About 20 seconds to go.", "大约还需 20 秒。"),
        (50, "About 50 seconds to go.", "大约还需 50 秒。"),
        (51, "About a minute to go.", "大约还需 1 分钟。"),
        (61, "About 2 minutes to go.", "大约还需 2 分钟。"),
        (3541, "About an hour to go.", "大约还需 1 小时。"),
        (3601, "About 2 hours to go.", "大约还需 2 小时。"),
    ],
)
def test_time_is_as_coarse_as_an_estimate_and_grammatical(seconds: float, english: str, chinese: str) -> None:
    assert about(seconds, "en") == english
    assert about(seconds, "zh") == chinese


@pytest.mark.parametrize("seconds", [None, math.inf, 0])
def test_time_that_nobody_knows_is_not_told(w: Watched, seconds: float | None) -> None:
    w.queued(2, seconds)
    w.timers.pass_time(60)

    assert w.told == ["Place 2 in the queue for qwen2:7b."]


def test_estimate_becomes_shorter_by_itself_and_goes_when_it_is_over(w: Watched) -> None:
    with w.watching:
        w.queued(2, 31)
        w.timers.pass_time(120)
        assert len(w.timers.pending) == 0

    times = [told.removeprefix("Place 2 in the queue for qwen2:7b.").strip() for told in w.told[:-1]]
    assert times == ["About 30 seconds to go.", "About 20 seconds to go.", "About 10 seconds to go.", ""]


def test_queue_without_a_place_is_told_of_all_the_same() -> None:
    assert waits(queued(0), None, "en") == "In the queue for qwen2:7b."


def test_people_are_told_in_the_language_of_the_run() -> None:
    watched = Watched("zh")
    watched.queued(3, 25)
    watched.timers.pass_time(SILENCE)

    assert watched.told == ["正在等待 qwen2:7b，排在第 3 位。大约还需 30 秒。"]
