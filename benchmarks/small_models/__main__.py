"""`python -m benchmarks.small_models`: one model, all tasks or some, the chats kept to be read; results.json stays."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.__main__ import quiet
from benchmarks.figures import table
from benchmarks.small_models import SUFFIXES, skipped
from benchmarks.small_models.holding import Plan, hold, is_there
from benchmarks.small_models.report import compared, figures
from benchmarks.small_models.tasks import TASKS, Group


def main() -> int:
    """Hold the chats that are asked for and print the rates; the exit status is 2 where the model is not there."""
    given = _arguments()
    quiet()
    if not is_there(given.model):
        print(skipped(given.model), file=sys.stderr)
        return 2
    tasks = [task for task in TASKS if not given.only or task.group in given.only or task.name in given.only]
    with tempfile.TemporaryDirectory(prefix="threadfast-bench-") as folder:
        plan = Plan(model=given.model, tasks=tasks, folder=Path(folder), keep=given.keep)
        results = asyncio.run(hold(plan))
    print(compared(results, given.model))
    if not given.only:
        print(table(figures(results, SUFFIXES[given.model])))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small_models")
    known = [*Group, *(task.name for task in TASKS)]
    parser.add_argument("--only", action="append", metavar="NAME", choices=known, help="a group, or a task; repeatable")
    parser.add_argument("--model", default=next(iter(SUFFIXES)), choices=list(SUFFIXES), help="the embedded model")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write each task's chats here, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
