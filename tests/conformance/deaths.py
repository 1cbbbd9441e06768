"""Where a process of the conformance suite ends itself with SIGKILL."""

from __future__ import annotations

import os
import signal


class Deaths:
    """Counts the points that a process passes, and kills it at one of them."""

    def __init__(self, point: str = "", number: int = 0) -> None:
        """Take the point to die at.

        Args:
            point: `tool`, `code`, `before_commit` or `after_commit`; empty: none.
            number: Which, from 1.
        """
        self._point = point
        self._number = number
        self.passed: dict[str, int] = {}
        """How often each point was passed."""
        self.off = False
        """Whether points are not counted now."""

    def at(self, point: str) -> None:
        """Pass a point, or die there as a process dies whose machine loses power."""
        if self.off:
            return
        self.passed[point] = self.passed.get(point, 0) + 1
        if point == self._point and self.passed[point] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)

    def at_commit(self, point: str, _number: int) -> None:
        """Pass a commit of the store (its crash-point hook)."""
        self.at(point)
