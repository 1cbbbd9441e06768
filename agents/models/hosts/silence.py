"""Calls on a host that has fallen silent: they are given up once it does not answer small questions either."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from agents.models.port import Delta

_IN_VAIN = 2
"""Small questions in a row without an answer: a single one may be lost where a host has much to do."""


class Silence:
    """One host's calls under way, and the questions that it did not answer."""

    def __init__(self) -> None:
        self._calls: dict[asyncio.Timeout, float] = {}
        """When each was begun, or heard last."""
        self._in_vain = 0
        self._since = 0.0

    @contextmanager
    def heard(self, on_delta: Delta) -> Iterator[tuple[asyncio.Timeout, Delta]]:
        """Give the limit that a call is to be made in, and what is told its words, on their way to `on_delta`."""
        loop, limit = asyncio.get_running_loop(), asyncio.timeout(None)

        def hear(text: str) -> None:
            self._calls[limit] = loop.time()
            on_delta(text)

        self._calls[limit] = loop.time()
        try:
            yield limit, hear
        finally:
            del self._calls[limit]

    def asked(self, now: float) -> None:
        """Note a question without an answer, and end the calls that have heard nothing since the first of them."""
        if not self._in_vain:
            self._since = now
        self._in_vain += 1
        if self._in_vain < _IN_VAIN:
            return
        for limit, last in self._calls.items():
            if last <= self._since:
                limit.reschedule(now)

    def answered(self) -> None:
        """Note an answer."""
        self._in_vain = 0
