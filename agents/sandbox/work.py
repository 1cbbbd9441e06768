"""What a box is to do, how it ended, and how it is stopped: the seam between teams' code and the kinds of boxes."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agents.sandbox.collect import Harvest
from agents.sandbox.limits import Limits
from agents.sandbox.result import KILLED, TIMED_OUT


class BoxNotMadeError(Exception):
    """The box could not be made; nothing of the code ran. Never leaves this package."""


class Stop:
    """Ends boxes from another thread; setting it twice, early or late is harmless."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)

    def set(self) -> None:
        """End the box; its maker's `run` returns when it is gone."""
        with contextlib.suppress(OSError):
            self._writer.send(b"x")

    def is_set(self) -> bool:
        """Tell whether it was asked for."""
        return bool(select.select([self._reader], [], [], 0)[0])

    def fileno(self) -> int:
        """Return what becomes readable when it is set."""
        return self._reader.fileno()

    def close(self) -> None:
        """Let the descriptors go."""
        self._reader.close()
        self._writer.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a box is to do."""

    commands: str
    """For the shell."""
    scripts: Mapping[str, bytes]
    """Read-only files of the work folder."""
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    """Files of the work folder that the code may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a box ended."""

    exit_code: int
    output: str
    why: str
    harvest: Harvest
    seconds: float


class Maker(Protocol):
    """Makes boxes of one kind on this host."""

    @property
    def tier(self) -> str:
        """What kind of box this is."""
        ...

    def run(self, limits: Limits, work: Work, stop: Stop) -> Ended:
        """Run the work in a new box and return when nothing of it is left.

        Raises:
            BoxNotMadeError: The box could not be made; nothing of the code ran.
        """
        ...


def timed_out(limits: Limits) -> str:
    """Say that the time was up."""
    return f"stopped after {limits.wall:g} s"


def exit_code_of(own: int, why: str, limits: Limits) -> int:
    """Return a run's exit code: the program's own, unless it was stopped."""
    if why:
        return TIMED_OUT if why == timed_out(limits) else KILLED
    return own if own >= 0 else 128 - own
