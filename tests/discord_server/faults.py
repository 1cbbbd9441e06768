"""What can go wrong between the bot and Discord's REST API, by name."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase

KINDS = {
    "status": "an HTTP status such as 500, 502 or 503, and nothing is done",
    "accept_then_status": "everything is done, and then the status is answered all the same",
    "ratelimited": "HTTP 429 with retry_after",
    "error": "one of Discord's JSON errors, by its code",
    "drop": "the connection is cut before anything is done",
    "accept_then_drop": "everything is done, and the connection is cut instead of the answer",
    "latency": "everything is late",
    "late_answer": "everything is done at once, only the answer is late",
    "not_json": "HTTP 200 with an HTML page",
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: of which requests, how often, and what exactly."""

    kind: str
    route: str = "*"
    """A route's name such as `create_message` (`attachment` for downloads), or a pattern of `METHOD /path`."""
    times: int | None = 1
    """How often it happens; None: until it is cleared."""
    rate: float = 1.0
    """The share of matching requests that it hits, by the seeded chance."""
    skip: int = 0
    """Matching requests that pass before."""
    containing: str = ""
    """Only requests whose JSON holds this text."""
    status: int = 502
    code: int = 50001
    retry_after: float = 0.2
    is_global: bool = False
    via: bool = True
    """Whether a 429 says that it came through Discord's proxy; False: as when it bans an address."""
    seconds: float = 0.2

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no fault; there are {', '.join(sorted(KINDS))}")

    def matches(self, name: str, line: str, body: str) -> bool:
        """Whether it is about such a request."""
        named = self.route == name or fnmatchcase(line, self.route) or fnmatchcase(name, self.route)
        return named and self.containing in body


class Faults:
    """The faults that wait for their request."""

    def __init__(self, seed: int = 0) -> None:
        self.waiting: list[Fault] = []
        self._chance = random.Random(seed)

    def seed(self, seed: int) -> None:
        """Start the chance of rates anew."""
        self._chance = random.Random(seed)

    def clear(self) -> None:
        """Let everything go well again."""
        self.waiting.clear()

    def add(self, kind: str, **details: object) -> Fault:
        """Let something go wrong: once, unless `times` says otherwise; see Fault."""
        fault = Fault(kind=kind, **details)  # type: ignore[arg-type]  # checked by the dataclass's own fields
        self.waiting.append(fault)
        return fault

    def take(self, name: str, line: str, body: str) -> Fault | None:
        """Return the fault that hits this request, if any."""
        for fault in [*self.waiting]:
            if fault.matches(name, line, body) and self._hits(fault):
                return fault
        return None

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
