"""What a code run came to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import Attachment

TIMED_OUT = 124
"""The exit code of a run stopped by its time limit, as `timeout` of coreutils and AutoGen have it."""
KILLED = 137
"""The exit code of a run stopped for another limit: 128 + SIGKILL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRun:
    """A code run with its output and the files it wrote."""

    exit_code: int
    """The program's own (128 + n when signal n ended it), `TIMED_OUT` or `KILLED`; of the first block that failed."""
    output: str
    """Standard output and error as they came, then the reason when the run was stopped."""
    files: tuple[Attachment, ...]
    """New and changed files of the work folder, by path; names are safe to show."""
    skipped: tuple[tuple[str, str], ...]
    """Files that were left behind: the name, safe to show, and the reason."""
    why: str
    """Why the run was stopped, such as `stopped after 10 s`; empty when the code ended by itself."""
    seconds: float
    """How long the code ran."""
