from __future__ import annotations

import pytest

from benchmarks.figures import Figure, table


def figure(value: float, goal: str) -> Figure:
    return Figure(name="some", value=value, unit="of all", goal=goal, yardstick="others", yardstick_value=0.5)


@pytest.mark.parametrize(
    ("value", "goal", "reached"),
    [
        (2.0, "<= 2.0", True),
        (2.1, "<= 2.0", False),
        (0.95, ">= 0.95", True),
        (0.94, ">= 0.95", False),
        (21, ">= 20", True),
        (5, "", None),
    ],
)
def test_a_goal_is_a_bound_from_above_or_from_below(value: float, goal: str, reached: bool | None) -> None:
    assert figure(value, goal).reached is reached


def test_a_goal_of_another_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        assert figure(1, "== 1").reached


def test_the_table_says_of_each_figure_whether_it_is_reached() -> None:
    rows = table([figure(0.96, ">= 0.95"), figure(0.9, ">= 0.95")]).splitlines()[2:]

    assert [row.split("|")[4].strip() for row in rows] == ["reached", "missed"]
