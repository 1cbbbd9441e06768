"""The command line's entry point: a person's mistake is one line on standard error, never a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from bot.commands import app
from bot.commands.leaving import leave
from bot.errors import ThreadfastError, first_of
from bot.logs import clean

EXIT_FAILED = 1


def main() -> NoReturn:
    """Run the command that the arguments name and exit with its status, whatever its threads still do."""
    _open_closed_streams()
    leave(_status())


def _open_closed_streams() -> None:
    """Give each standard stream that is closed its number back: a file of ours that got it would be written into.

    Standard output stays unknown to Python, so that a command can say that it has nowhere to write.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process


def _status() -> int:
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_FAILED
    except ThreadfastError as error:
        _tell(error)
    except ExceptionGroup as group:
        # Tasks fail in groups; when all of it is what a person can mend, its first sentence is what they need.
        known, unknown = group.split(ThreadfastError)
        if known is None or unknown is not None:
            _tell_whole()
        else:
            _tell(first_of(known))
    except Exception:
        _tell_whole()
    return EXIT_FAILED


def _tell(error: ThreadfastError) -> None:
    sys.stderr.write(clean(f"{' '.join(str(error).split())}\n"))


def _tell_whole() -> None:
    sys.stderr.write(clean(traceback.format_exc()))


if __name__ == "__main__":
    main()
