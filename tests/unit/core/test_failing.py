from __future__ import annotations

import pytest

from bot.engine.failing import gravest
from bot.errors import FencedError, OverBudgetError, RetryLaterError, RunFailedError, StoreFullError

FENCED, FULL = FencedError("Another step owns it."), StoreFullError("The disk is full.")
FAILED, SPENT = RunFailedError("No such model."), OverBudgetError("Spent.")
AWAY, WRONG = RetryLaterError("The host is away."), ValueError("Wrong.")


@pytest.mark.parametrize(
    ("causes", "acted_on"),
    [
        pytest.param([WRONG, AWAY, FAILED, FENCED], FENCED, id="what-cannot-be-recorded-before-all"),
        pytest.param([FAILED, FULL, FENCED], FULL, id="the-first-of-those"),
        pytest.param([WRONG, AWAY, SPENT, FAILED], SPENT, id="the-first-that-ends-the-run"),
        pytest.param([AWAY, WRONG], AWAY, id="else-the-first-of-all"),
        pytest.param([WRONG, AWAY], WRONG, id="else-the-first-of-all-though-a-host-is-away"),
    ],
)
def test_of_what_failed_in_parallel_the_gravest_is_acted_on(causes: list[Exception], acted_on: Exception) -> None:
    nested = ExceptionGroup("outer", [ExceptionGroup("inner", causes[:1]), *causes[1:]])

    assert gravest(nested) is acted_on


def test_error_that_came_alone_is_acted_on() -> None:
    assert gravest(AWAY) is AWAY
