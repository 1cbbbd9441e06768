"""Where an unexpected error happened, for the log. Pure."""

from __future__ import annotations

import traceback

INNERMOST = 8
"""Calls that a log line names at most."""


def places(error: BaseException) -> list[str]:
    """Return the innermost calls as `file:line in function`.

    A traceback's text is not logged: it reads source files on the loop and may show what people said.
    """
    calls = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return [f"{code.co_filename}:{line} in {code.co_name}" for code, line in calls[-INNERMOST:]]


def leaves(error: BaseException) -> list[BaseException]:
    """Return the errors of a group, however deep they are."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [error]
