"""What can go wrong between the bot and Discord's REST API, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from tests.wire.faults import WireFault, WireFaults

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
class Fault(WireFault):
    """One fault: of which requests, how often, and what exactly."""

    kinds: ClassVar[Mapping[str, str]] = KINDS

    route: str = "*"
    """A route's name such as `create_message` (`attachment` for downloads), or a pattern of `METHOD /path`."""
    containing: str = ""
    """Only requests whose JSON holds this text."""
    status: int = 502
    code: int = 50001
    retry_after: float = 0.2
    is_global: bool = False
    via: bool = True
    """Whether a 429 says that it came through Discord's proxy; False: as when it bans an address."""

    def matches(self, name: str, line: str, body: str) -> bool:
        """Whether it is about such a request."""
        named = self.route == name or fnmatchcase(line, self.route) or fnmatchcase(name, self.route)
        return named and self.containing in body


class Faults(WireFaults[Fault]):
    """The faults that wait for their request."""

    def add(self, kind: str, **details: object) -> Fault:
        """Let something go wrong: once, unless `times` says otherwise; see Fault."""
        fault = Fault(kind=kind, **details)  # type: ignore[arg-type]  # checked by the dataclass's own fields
        self.waiting.append(fault)
        return fault

    def take(self, name: str, line: str, body: str) -> Fault | None:
        """Return the fault that hits this request, if any."""
        return self.first(lambda fault: fault.matches(name, line, body))
