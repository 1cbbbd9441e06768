"""What can go wrong between the bot and Slack, by name; and Slack's own rate limits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

KINDS = {
    "ratelimited": "HTTP 429 with Retry-After",
    "status": "an HTTP status such as 500 or 503",
    "error": 'an answer of {"ok": false} with a code',
    "not_json": "HTTP 200 with an HTML page",
    "drop": "the connection is cut before anything is done",
    "accept_then_drop": "everything is done, and the connection is cut instead of the answer",
    "latency": "everything is late",
    "late_answer": "everything is done at once, only the answer is late",
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: of which calls, how often, and what exactly."""

    kind: str
    method: str = "*"
    """A Web API method or a pattern; also `upload`, `download`, `response_url`."""
    channel: str | None = None
    times: int | None = 1
    """How often it happens; None: until it is cleared."""
    rate: float = 1.0
    """The share of matching calls that it hits, by the seeded chance."""
    skip: int = 0
    """Matching calls that pass before."""
    retry_after: int = 1
    status: int = 503
    code: str = "internal_error"
    seconds: float = 0.2

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no fault; there are {', '.join(sorted(KINDS))}")

    def matches(self, method: str, channel: str | None) -> bool:
        """Whether it is about such a call."""
        return fnmatchcase(method, self.method) and self.channel in (None, channel)


@dataclass(slots=True, kw_only=True)
class Limit:
    """A rate limit: so many calls in so many seconds, per channel or over all."""

    method: str
    calls: int = 1
    seconds: float = 1.0
    per_channel: bool = True


class Faults:
    """The faults that wait for their call, and the limits that are switched on."""

    def __init__(self, now: Callable[[], float], seed: int = 0) -> None:
        self.waiting: list[Fault] = []
        self.limits: list[Limit] = []
        self._now = now
        self._chance = random.Random(seed)
        self._calls: dict[tuple[int, str | None], list[float]] = {}

    def seed(self, seed: int) -> None:
        """Start the chance of rates anew."""
        self._chance = random.Random(seed)

    def clear(self) -> None:
        """Let everything go well again."""
        self.waiting.clear()
        self.limits.clear()

    def take(self, method: str, channel: str | None) -> Fault | None:
        """Return the fault that hits this call, if any."""
        for fault in [*self.waiting]:
            if fault.matches(method, channel) and self._hits(fault):
                return fault
        return self._limited(method, channel)

    def _hits(self, fault: Fault) -> bool:
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

    def _limited(self, method: str, channel: str | None) -> Fault | None:
        for at, limit in enumerate(self.limits):
            if not fnmatchcase(method, limit.method):
                continue
            key = (at, channel if limit.per_channel else None)
            now = self._now()
            recent = [moment for moment in self._calls.get(key, []) if moment > now - limit.seconds]
            self._calls[key] = recent
            if len(recent) >= limit.calls:
                left = recent[0] + limit.seconds - now
                return Fault(kind="ratelimited", retry_after=max(1, round(left)))
            recent.append(now)
        return None
