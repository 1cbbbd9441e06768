"""Progress on standard error, for what takes minutes the first time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.texts import say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

STEP = 10
"""Per cent between two lines where there is no terminal."""


class StageProgress:
    """Shows the stages of the embedded model: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._bar: tuple[Progress, TaskID] | None = None
        self._next = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if stage == "fetching" and done < total:
            self._fetching(done, total)
            return
        self.close()
        if stage == "loading":
            self._line(say("stage_loading", self._language))

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None

    def _fetching(self, done: int, total: int) -> None:
        percent = 100 * done // max(1, total)
        if sys.stderr.isatty():
            self._bar = self._bar or _bar()
            words = say("stage_fetching", self._language, percent=percent)
            self._bar[0].update(self._bar[1], completed=done, total=total, description=words)
        elif percent >= self._next:
            self._next = percent - percent % STEP + STEP
            self._line(say("stage_fetching", self._language, percent=percent))

    def _line(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _bar() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task("", total=None)
