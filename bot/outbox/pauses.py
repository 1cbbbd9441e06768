"""Back-off: how long to leave something alone that failed, and which conversations are being left alone."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.domain import ConversationId
from bot.ports import Clock

LONGEST = 300.0
"""Seconds between attempts at most, unless the other side asks for more."""
LONGEST_ASKED = 3600.0
"""Seconds at most that the other side may ask for: a wrong answer must not silence a thread for ever."""


def backoff(failures: int, retry_after: float | None = None, *, longest: float = LONGEST) -> float:
    """Return how many seconds to wait after this many failures; what the other side asked for stands."""
    if retry_after is not None:
        return min(max(retry_after, 0.1), LONGEST_ASKED)
    jitter = 0.5 + random.random() / 2  # noqa: S311 - spreads attempts, keeps no secret
    return float(min(longest, 2 ** min(failures, 20)) * jitter)


class Pauses:
    """The conversations that are left alone for a while; those that work take no memory.

    It is not durable: after a restart everything is tried again at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[ConversationId, int] = {}
        self._until: dict[ConversationId, datetime] = {}

    def rest(self, conversation: ConversationId, retry_after: float | None = None) -> float:
        """Leave it alone for longer with each failure in a row; return the seconds."""
        failures = self._failures[conversation] = self._failures.get(conversation, 0) + 1
        delay = backoff(failures, retry_after)
        self._until[conversation] = self._clock.now() + timedelta(seconds=delay)
        return delay

    def resting(self, conversation: ConversationId) -> bool:
        """Say whether it is being left alone now."""
        until = self._until.get(conversation)
        return until is not None and self._clock.now() < until

    def until(self, conversation: ConversationId) -> datetime | None:
        """Return until when it is left alone, or None."""
        return self._until.get(conversation) if self.resting(conversation) else None

    def over(self) -> list[ConversationId]:
        """Return those whose pause has ended, and forget that it was."""
        ended = [conversation for conversation in self._until if not self.resting(conversation)]
        for conversation in ended:
            del self._until[conversation]
        return ended

    def clear(self, conversation: ConversationId) -> None:
        """Forget its failures: it works again."""
        self._failures.pop(conversation, None)
        self._until.pop(conversation, None)
