"""What can go wrong between a client and a server: which requests it hits, and how often."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar


@dataclass(slots=True, kw_only=True)
class WireFault:
    """One fault: how often it happens, and what exactly; a server adds of which requests."""

    kinds: ClassVar[Mapping[str, str]]
    """What can go wrong with this server, by name."""

    kind: str
    times: int | None = 1
    """How often it happens; None: until it is cleared."""
    rate: float = 1.0
    """The share of matching requests that it hits, by the seeded chance."""
    skip: int = 0
    """Matching requests that pass before."""
    seconds: float = 0.2

    def __post_init__(self) -> None:
        if self.kind not in self.kinds:
            raise ValueError(f"{self.kind!r} is no fault; there are {', '.join(sorted(self.kinds))}")


F = TypeVar("F", bound=WireFault)


class WireFaults(Generic[F]):
    """The faults that wait for their request."""

    def __init__(self, seed: int = 0) -> None:
        self.waiting: list[F] = []
        self._chance = random.Random(seed)

    def seed(self, seed: int) -> None:
        """Start the chance of rates anew."""
        self._chance = random.Random(seed)

    def clear(self) -> None:
        """Let everything go well again."""
        self.waiting.clear()

    def first(self, matches: Callable[[F], bool]) -> F | None:
        """Return the fault that hits a request, if any of those that match it does."""
        return next((fault for fault in [*self.waiting] if matches(fault) and self._hits(fault)), None)

    def _hits(self, fault: F) -> bool:
        if fault.skip:
            fault.skip -= 1
            return False
        if fault.rate < 1.0 and self._chance.random() >= fault.rate:
            return False
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
        return True
