"""Progress on standard error, for what takes minutes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.texts import say
from bot.texts.amounts import bytes_in_words

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

STEP = 10
"""Per cent between two lines where there is no terminal."""
PERCENT = 100
LONGEST_STATUS = 60
"""Characters that are shown of what a host says it is doing."""


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
            _line(say("stage_loading", self._language))

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
            _line(say("stage_fetching", self._language, percent=percent))


class PullProgress:
    """Shows how far the pulling of a model is: a bar for each host on a terminal, a line now and then elsewhere."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._next: dict[str, int] = {}
        self._told = ""

    def __call__(self, host: str, status: str, done: int, total: int) -> None:
        """Show how far a host is."""
        if sys.stderr.isatty():
            self._draw(host, status, done, total)
        else:
            self._tell(host, status, done, total)

    def close(self) -> None:
        """Take the bars away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _draw(self, host: str, status: str, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = _bars()
        if host not in self._tasks:
            self._tasks[host] = self._bar.add_task("", total=None)
        words = f"{host}: {_shown(status)}"
        self._bar.update(self._tasks[host], completed=done, total=total or None, description=words)

    def _tell(self, host: str, status: str, done: int, total: int) -> None:
        percent = 100 * done // total if total else 0
        words = f"{host}: {_shown(status)}"
        if total and percent < PERCENT and percent >= self._next.get(host, 0):
            self._next[host] = percent - percent % STEP + STEP
            _line(f"{host}: {self._model}, {percent} % of {bytes_in_words(total, 'en')}")
        elif words != self._told and not (total and percent < PERCENT):
            _line(words)
            self._told = words


def _shown(status: str) -> str:
    """Return a host's own words as they can be shown: short, and nothing in them steers the terminal."""
    from adapters.text import harmless

    return harmless(" ".join(status.split()))[:LONGEST_STATUS]


def _line(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _bar() -> tuple[Progress, TaskID]:
    bar = _bars(transient=True)
    return bar, bar.add_task("", total=None)


def _bars(*, transient: bool = False) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    # What a host says is no markup.
    words = TextColumn("{task.description}", markup=False)
    columns = (words, BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=transient)
    bar.start()
    return bar
