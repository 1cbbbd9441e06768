"""What a figure is, how a table shows it, and where it is kept."""

from __future__ import annotations

import json
import operator
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")

_SIGNS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number and what it is to reach."""

    name: str
    value: float
    unit: str
    goal: str
    """Such as `<= 2.0` or `>= 0.95`; empty: reported without one."""
    yardstick: str
    """What of the same run the value is a multiple of, in words."""
    yardstick_value: float

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if not self.goal:
            return None
        sign, _, bound = self.goal.partition(" ")
        return _SIGNS[sign](self.value, float(bound))


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that this part of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(part * len(ordered) + 0.5) - 1))]


def ratio(name: str, *, ours: float, theirs: float, goal: str, yardstick: str, scale: float = 1e3) -> Figure:
    """Make a figure of ours as a multiple of the yardstick; `scale` turns seconds into the yardstick's unit."""
    return Figure(
        name=name,
        value=round(ours / theirs, 3),
        unit="ratio",
        goal=goal,
        yardstick=yardstick,
        yardstick_value=round(theirs * scale, 3),
    )


median = statistics.median


def keep(figures: Sequence[Figure]) -> None:
    """Write figures into the results, in the place of older ones of the same name."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    rows = {row["name"]: row for row in known}
    stamp = {"date": datetime.now(UTC).date().isoformat(), "commit": _commit()}
    for figure in figures:
        rows[figure.name] = asdict(figure) | stamp
    RESULTS.write_text(json.dumps(list(rows.values()), indent=1, ensure_ascii=False) + "\n")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown."""
    lines = ["| figure | value | to reach | | yardstick |", "| --- | ---: | --- | --- | --- |"]
    for figure in figures:
        verdict = {True: "reached", False: "missed", None: ""}[figure.reached]
        stick = f"{figure.yardstick}: {figure.yardstick_value:g}"
        lines.append(f"| {figure.name} | {figure.value:g} {figure.unit} | {figure.goal} | {verdict} | {stick} |")
    return "\n".join(lines)


def _commit() -> str:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        capture_output=True,
        text=True,
        check=False,
        cwd=RESULTS.parent,
    )
    return described.stdout.strip() or "unknown"
