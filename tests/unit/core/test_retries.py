from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import RunId, RunStatus
from bot.engine.retries import Retries
from tests.fakes import START
from tests.unit.core.asked import THREAD, run_that_is

RUN = run_that_is(RunStatus.WORKING)
HERE = THREAD.ref.conversation


def seconds(retries: Retries, after: float, *, retry_after: float | None = None) -> float:
    now = START + timedelta(seconds=after)
    later = retries.later(RUN, now, retry_after=retry_after, progressed=False)
    assert later is not None
    return (later.due_at - now).total_seconds()


def test_waits_for_a_host_grow_to_a_minute_and_no_longer() -> None:
    retries = Retries(patience=86400)
    waits = [seconds(retries, number) for number in range(20)]

    assert 1 <= waits[0] <= 2
    assert all(30 <= wait <= 60 for wait in waits[5:])


def test_what_the_host_asks_for_stands() -> None:
    assert seconds(Retries(patience=600), 0, retry_after=300) == 300


def test_last_attempt_comes_when_the_patience_ends() -> None:
    retries = Retries(patience=100)
    seconds(retries, 0)
    for _ in range(10):
        seconds(retries, 1)

    assert seconds(retries, 99) == 1
    assert retries.later(RUN, START + timedelta(seconds=100), retry_after=None, progressed=False) is None


def test_another_run_of_the_conversation_waits_from_its_own_beginning() -> None:
    retries = Retries(patience=100)
    seconds(retries, 0)
    other = replace(RUN, id=RunId("other"))

    assert retries.later(other, START + timedelta(seconds=100), retry_after=None, progressed=False) is not None


def test_run_rests_until_its_timer_is_due_and_no_longer() -> None:
    retries = Retries(patience=100)
    due = START + timedelta(seconds=5)
    retries.rest(RUN, START, due)

    assert retries.resting(HERE, due - timedelta(microseconds=1)) == RUN.id
    assert retries.resting(HERE, due) is None
    retries.clear(HERE)
    assert retries.resting(HERE, START) is None


def test_host_that_comes_back_one_day_is_waited_for_without_end() -> None:
    retries = Retries(patience=100)

    for day in range(30):
        later = retries.later(RUN, START + timedelta(days=day), retry_after=None, progressed=False, patient=True)
        assert later is not None
        assert later.due_at <= START + timedelta(days=day, seconds=60)


def test_who_has_no_patience_at_all_does_not_wait_for_a_host_either() -> None:
    assert Retries(patience=0).later(RUN, START, retry_after=None, progressed=False, patient=True) is None
