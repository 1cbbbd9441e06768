"""Discord's rate limits: a bucket per kind of route and major parameter, and one over everything."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """So many requests in so many seconds."""

    name: str
    limit: int
    seconds: float

    @property
    def bucket(self) -> str:
        """The hash by which the bot knows which routes share a bucket."""
        return hashlib.md5(self.name.encode()).hexdigest()


RULES = {
    "create_message": Rule("create_message", 5, 5.0),
    "edit_message": Rule("edit_message", 5, 5.0),
    "execute_webhook": Rule("execute_webhook", 5, 2.0),
    "edit_webhook_message": Rule("edit_webhook_message", 5, 5.0),
    "create_followup": Rule("execute_webhook", 5, 2.0),
    "edit_followup": Rule("edit_webhook_message", 5, 5.0),
    "edit_original_response": Rule("edit_webhook_message", 5, 5.0),
    "add_reaction": Rule("reaction", 1, 0.25),
    "remove_own_reaction": Rule("reaction", 1, 0.25),
}
"""By the route's name. What is not here has OTHERS."""
OTHERS = Rule("others", 50, 1.0)
GLOBAL = Rule("global", 50, 1.0)
RENAMES = Rule("renames", 2, 600.0)
"""A channel or thread gets a new name only so often; no header tells."""
OLD_EDITS = Rule("old_edits", 3, 20.0)
"""Edits of messages older than an hour, per channel; Discord does not publish the numbers."""
WITHOUT_GLOBAL = frozenset(
    {"create_interaction_response", "create_followup", "edit_followup", "edit_original_response", "execute_webhook"}
)


@dataclass(slots=True)
class Window:
    """A bucket's current window."""

    began: float
    used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request passes, and what the headers say."""

    rule: Rule
    remaining: int
    reset_after: float
    refused: bool = False

    @property
    def is_global(self) -> bool:
        """Whether it is the limit over everything."""
        return self.rule.name == GLOBAL.name


class Limits:
    """All buckets."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.scale = 1.0
        """All windows' lengths are multiplied by this: 0.1 is ten times as fast, 0 switches limits off."""
        self.rules = dict(RULES)
        self.others = OTHERS
        self.overall = GLOBAL
        self.renames = RENAMES
        self.old_edits = OLD_EDITS
        self.requests: Counter[str] = Counter()
        """How many requests came, by the route's name."""
        self.refused: Counter[str] = Counter()
        """How many of them were answered with 429 by a limit."""
        self._now = now
        self._windows: dict[tuple[str, object], Window] = {}

    def off(self) -> None:
        """Limit nothing."""
        self.scale = 0.0

    def judge(self, route: str, major: str, who: str) -> Verdict | None:
        """Count a request against its bucket and, except for interactions and webhooks, the one over everything.

        Returns:
            None: there are no limits.
        """
        self.requests[route] += 1
        if self.scale <= 0:
            return None
        if route not in WITHOUT_GLOBAL and (verdict := self.take(self.overall, who)).refused:
            self.refused[route] += 1
            return verdict
        rule = self.rules.get(route, self.others)
        verdict = self.take(rule, (route, major) if rule is self.others else major)
        if verdict.refused:
            self.refused[route] += 1
        return verdict

    def take(self, rule: Rule, key: object) -> Verdict:
        """Count against one bucket."""
        now, length = self._now(), rule.seconds * self.scale
        window = self._windows.get((rule.name, key))
        if window is None or now - window.began >= length:
            window = self._windows[rule.name, key] = Window(began=now)
        left = max(0.0, window.began + length - now)
        if window.used >= rule.limit:
            return Verdict(rule=rule, remaining=0, reset_after=left, refused=length > 0)
        window.used += 1
        return Verdict(rule=rule, remaining=rule.limit - window.used, reset_after=left)


def headers(verdict: Verdict, now: float) -> dict[str, str]:
    """Return the headers that tell the bot of its bucket."""
    told = {
        "X-RateLimit-Limit": str(verdict.rule.limit),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": f"{now + verdict.reset_after:.3f}",
        "X-RateLimit-Reset-After": f"{verdict.reset_after:.3f}",
        "X-RateLimit-Bucket": verdict.rule.bucket,
    }
    if not verdict.refused:
        return told
    if verdict.is_global:
        told = {"X-RateLimit-Global": "true"}
    return told | {
        "X-RateLimit-Scope": "global" if verdict.is_global else "user",
        "Retry-After": f"{verdict.reset_after:.3f}",
    }
