"""What can go wrong between the bot and Slack, by name; and Slack's own rate limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from tests.wire.faults import WireFault, WireFaults

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
class Fault(WireFault):
    """One fault: of which calls, how often, and what exactly."""

    kinds: ClassVar[Mapping[str, str]] = KINDS

    method: str = "*"
    """A Web API method or a pattern; also `upload`, `download`, `response_url`."""
    channel: str | None = None
    retry_after: int = 1
    status: int = 503
    code: str = "internal_error"

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


class Faults(WireFaults[Fault]):
    """The faults that wait for their call, and the limits that are switched on."""

    def __init__(self, now: Callable[[], float], seed: int = 0) -> None:
        super().__init__(seed)
        self.limits: list[Limit] = []
        self._now = now
        self._calls: dict[tuple[int, str | None], list[float]] = {}

    def clear(self) -> None:
        """Let everything go well again."""
        super().clear()
        self.limits.clear()

    def take(self, method: str, channel: str | None) -> Fault | None:
        """Return the fault that hits this call, if any."""
        return self.first(lambda fault: fault.matches(method, channel)) or self._limited(method, channel)

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
