"""Whether a host can be used now, and when one that failed is tried again."""

from __future__ import annotations

from bot.errors import RetryLaterError, RunFailedError

FIRST, LONGEST = 1.0, 60.0
"""Seconds that a host is left alone after its first failure, and at most after many in a row."""

Trouble = RetryLaterError | RunFailedError


class Health:
    """One host's troubles. Times are seconds of the loop's clock."""

    def __init__(self) -> None:
        self.error: Trouble | None = None
        """Why it is away; None: it answers, for all that is known."""
        self.paused_for: Trouble | None = None
        """Why it is left alone until a time that passes by itself."""
        self.since = 0.0
        """When it failed last."""
        self._failures = 0
        self._until = 0.0
        self._unable: dict[str, tuple[float, Trouble]] = {}

    @property
    def away(self) -> bool:
        """Whether it must answer a small question before it is asked anything else."""
        return self.error is not None

    def usable(self, now: float) -> bool:
        """Whether calls may go there."""
        return not self.away and now >= self._until

    def due(self, now: float) -> bool:
        """Whether one that is away may be asked whether it is back."""
        return self.away and now >= self._until

    @property
    def until(self) -> float:
        """When it may be tried again."""
        return self._until

    def gone(self, error: Trouble, now: float, seconds: float | None = None) -> None:
        """Set it aside until it answers; it is tried again after so long, or less often with each failure in a row."""
        self.error = error
        self._leave_alone(now, seconds)

    def busy(self, error: Trouble, now: float, seconds: float | None) -> None:
        """Leave it alone for as long as it asks, or longer with each time in a row."""
        self.paused_for = error
        self._leave_alone(now, seconds)

    def well(self) -> None:
        """Note that it works."""
        self.error = self.paused_for = None
        self._failures, self._until = 0, 0.0

    def answered(self) -> None:
        """Note that it answers small questions, so that calls may go there: they show whether it works."""
        if self.error is not None:
            self.error, self._until = None, 0.0

    def unable(self, model: str, error: Trouble, now: float, seconds: float) -> None:
        """Note that it cannot run a model, for a while."""
        self._unable[model] = (now + seconds, error)

    def why_not(self, model: str, now: float) -> Trouble | None:
        """Return why it cannot run a model now; None: it can, for all that is known."""
        until, error = self._unable.get(model, (0.0, None))
        return error if now < until else None

    def forgive(self, model: str) -> None:
        """Forget that it could not run a model."""
        self._unable.pop(model, None)

    def _leave_alone(self, now: float, seconds: float | None) -> None:
        if now >= self._until:
            # Calls that were under way there fail together; that is one failure.
            self._failures += 1
        self.since = now
        self._until = now + (seconds if seconds is not None else min(LONGEST, FIRST * 2 ** (self._failures - 1)))
