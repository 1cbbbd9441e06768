"""What the chats of both sides came to: rates by group of tasks, side by side, and as figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.small_models.checks import called
from benchmarks.small_models.talk import End, Talk
from benchmarks.small_models.tasks import Group, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A task on both sides."""

    task: Task
    offered: tuple[str, ...]
    """The tools that the team may call."""
    ours: Talk
    plain: Talk

    def line(self) -> str:
        """Return what is told while the benchmark runs."""
        told = (f"{side}: {_told(self.task, talk)}" for side, talk in (("ours", self.ours), ("plain", self.plain)))
        return f"  {self.task.group:12} {self.task.name:15} {'   '.join(told)}"

    def keep(self, folder: Path) -> None:
        """Write the chats into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        sides = {
            side: {"solved": self.task.solved(talk), "called": called(talk, self.offered), **asdict(talk)}
            for side, talk in (("ours", self.ours), ("plain", self.plain))
        }
        told = {"group": self.task.group, "name": self.task.name, "words": self.task.words, **sides}
        path = folder / f"{self.task.group}-{self.task.name}.json"
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _told(task: Task, talk: Talk) -> str:
    return f"{'solved' if task.solved(talk) else 'missed':6} {talk.end:8} {talk.seconds:5.0f} s"


Reached = Callable[[Result, Talk], bool]


def _solved(result: Result, talk: Talk) -> bool:
    return result.task.solved(talk)


def _ended(_result: Result, talk: Talk) -> bool:
    return talk.end is End.PROPER


def _called(result: Result, talk: Talk) -> bool:
    return called(talk, result.offered)


def _rate(results: Sequence[Result], reached: Reached, side: str) -> float:
    return sum(reached(one, getattr(one, side)) for one in results) / len(results) if results else 0.0


def compared(results: Sequence[Result], model: str) -> str:
    """Return the rates as a table in Markdown: ours, then plain autogen's, by group and in all."""
    heads = ("tasks", "solved", "plain", "properly ended", "plain", "tool called", "plain")
    lines = [f"| {model} | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    by_group = [(group, [one for one in results if one.task.group is group]) for group in Group]
    lines += [_row(group.value, some, tools=group is Group.TOOLS) for group, some in by_group if some]
    lines.append(_row("in all", results, tools=False))
    lines += ["", *(f"{side}: {_ends(results, side)}" for side in ("ours", "plain"))]
    mended = Counter(name for one in results for name in one.ours.rescues)
    lines.append(f"rescues: {', '.join(f'{name} {count}' for name, count in mended.most_common()) or 'none told'}")
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result], *, tools: bool) -> str:
    shown = [_solved, _ended, _called] if tools else [_solved, _ended]
    cells = [f"{_rate(results, reached, side):.0%}" for reached in shown for side in ("ours", "plain")]
    return f"| {name} | {len(results)} | {' | '.join([*cells, *[''] * (6 - len(cells))])} |"


def _ends(results: Sequence[Result], side: str) -> str:
    ends = Counter(getattr(one, side).end for one in results)
    return ", ".join(f"{end} {ends[end]}" for end in End if ends[end])


def figures(results: Sequence[Result], suffix: str) -> list[Figure]:
    """Return the figures of a model; those of the larger one have a suffix."""
    ended, plain_ended = (_rate(results, _ended, side) for side in ("ours", "plain"))
    solved, plain_solved = (_rate(results, _solved, side) for side in ("ours", "plain"))
    tasks = [one for one in results if one.task.group is Group.TOOLS]
    parsed, plain_parsed = (_rate(tasks, _called, side) for side in ("ours", "plain"))
    of_all = f"plain autogen, {len(results)} tasks"
    return [
        _figure(f"small_models{suffix}_ended", ended, ">= 0.95", of_all, plain_ended),
        Figure(
            name=f"small_models{suffix}_solved_over_plain",
            value=round(100 * (solved - plain_solved), 1),
            unit="points",
            goal=">= 20",
            yardstick=f"solved in % by {of_all}",
            yardstick_value=round(100 * plain_solved, 1),
        ),
        _figure(
            f"small_models{suffix}_tool_calls", parsed, ">= 0.8", f"plain autogen, {len(tasks)} tasks", plain_parsed
        ),
    ]


def _figure(name: str, value: float, goal: str, yardstick: str, plain: float) -> Figure:
    return Figure(
        name=name,
        value=round(value, 3),
        unit="of all",
        goal=goal,
        yardstick=yardstick,
        yardstick_value=round(plain, 3),
    )
