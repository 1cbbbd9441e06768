"""How long one host takes for calls and loads, as seen so far."""

from __future__ import annotations

_NEWEST = 0.3
"""How much the newest observation counts against all before."""
_BYTES_A_SECOND = 500_000_000
"""What a model is thought to be loaded with before one was."""
_SHORTEST, _LONGEST, _UNKNOWN = 2.0, 60.0, 10.0


class Pace:
    """Averages, in seconds, by model."""

    def __init__(self) -> None:
        self._calls: dict[str, float] = {}
        self.loads: dict[str, float] = {}
        """How long each model took to load that was."""

    def called(self, model: str, seconds: float) -> None:
        """Take a whole answer's time into account."""
        self._calls[model] = _with(self._calls.get(model), seconds)

    def loaded(self, model: str, seconds: float) -> None:
        """Take a load's time into account."""
        self.loads[model] = _with(self.loads.get(model), seconds)

    def call_seconds(self, model: str) -> float | None:
        """Return how long a call takes; None: none has ended yet."""
        return self._calls.get(model)

    def load_seconds(self, model: str, size: int) -> float:
        """Return how long a load takes; before one was seen, by the model's bytes."""
        known = self.loads.get(model)
        if known is not None:
            return known
        return min(_LONGEST, max(_SHORTEST, size / _BYTES_A_SECOND)) if size else _UNKNOWN


def _with(average: float | None, seconds: float) -> float:
    return seconds if average is None else (1 - _NEWEST) * average + _NEWEST * seconds
