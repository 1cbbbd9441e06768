"""What operators are told of the model hosts, and of a model that one of them fetches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsTold:
    """How the model hosts are, for one person."""

    text: str
    """One sentence a line, composed from the catalogue."""
    missing: tuple[str, ...] = ()
    """The models that are wanted, on no host, and may be pulled by this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullStep:
    """How far the pulling of a model is."""

    host: str
    done: int = 0
    """Bytes that are there."""
    total: int = 0
    """Bytes that are known of so far; 0: none yet."""

    @property
    def percent(self) -> int | None:
        """How much of it is there; None: that cannot be said yet."""
        return min(100, 100 * self.done // self.total) if self.total > 0 else None
