"""The command line's entry point: a person's mistake is one line on standard error, never a traceback."""

from __future__ import annotations

import sys

from bot.commands import app
from bot.errors import ThreadfastError

EXIT_FAILED = 1


def main() -> None:
    """Run the command that the arguments name and exit with its status."""
    try:
        app()
    except ThreadfastError as error:
        _fail(error)
    except ExceptionGroup as group:
        # Tasks fail in groups; when all of it is what a person can mend, its first sentence is what they need.
        known, unknown = group.split(ThreadfastError)
        if known is None or unknown is not None:
            raise
        _fail(_first(known))


def _first(group: BaseExceptionGroup[ThreadfastError]) -> ThreadfastError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ThreadfastError)
    return error


def _fail(error: ThreadfastError) -> None:
    sys.stderr.write(f"{' '.join(str(error).split())}\n")
    sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
