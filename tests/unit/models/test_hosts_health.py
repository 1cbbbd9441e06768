from __future__ import annotations

from agents.models.hosts.health import LONGEST, Health
from bot.errors import ModelFailedError, RetryLaterError

AWAY = RetryLaterError("away")


def test_host_that_fails_is_set_aside_for_longer_with_each_failure() -> None:
    health, now, waits = Health(), 100.0, []
    for _ in range(10):
        health.gone(AWAY, now)
        waits.append(health.until - now)
        now = health.until

    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert waits[-1] == LONGEST


def test_calls_that_fail_together_are_one_failure() -> None:
    health = Health()
    for _ in range(50):
        health.gone(AWAY, 100.0)

    assert health.until == 101.0


def test_host_that_is_away_is_used_again_only_once_it_has_answered() -> None:
    health = Health()
    health.gone(AWAY, 100.0)

    assert (health.usable(500.0), health.due(100.5), health.due(101.0)) == (False, False, True)
    health.answered()
    assert health.usable(101.0)


def test_host_that_answers_and_fails_again_is_left_alone_for_longer() -> None:
    health = Health()
    health.gone(AWAY, 100.0)
    health.answered()
    health.gone(AWAY, 102.0)
    assert health.until == 104.0

    health.well()
    health.gone(AWAY, 200.0)
    assert health.until == 201.0


def test_busy_host_is_used_again_when_its_time_is_over() -> None:
    health = Health()
    health.busy(AWAY, 100.0, 7.0)

    assert (health.usable(106.9), health.usable(107.0), health.away) == (False, True, False)


def test_model_that_failed_on_a_host_is_avoided_there_for_a_while() -> None:
    health, broke = Health(), ModelFailedError("memory")
    health.unable("big", broke, 100.0, 60.0)

    assert health.why_not("big", 159.0) is broke
    assert health.why_not("big", 160.0) is None
    assert health.why_not("small", 100.0) is None
