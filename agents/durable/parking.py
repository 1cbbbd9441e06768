"""Where a run's only task may wait for an answer instead of unwinding: a bounded cache of warm runs.

What is promised never hangs on it. The question is durable before the task waits; a warm run that is dropped,
with the process or for want of room, is replayed like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agents.durable.signals import NeedHuman
from bot.domain import Answer, RequestId


class Parking:
    """The place of one run's task that waits for a person."""

    def __init__(self, allowed: Callable[[], bool]) -> None:
        self._allowed = allowed
        self._answer: asyncio.Future[Answer] | None = None
        self.parked: Callable[[], None] = lambda: None
        """Called when the task begins to wait."""
        self.request = RequestId("")
        """The input request it waits for."""

    async def park(self, request: RequestId) -> Answer:
        """Wait for the answer in memory if that is allowed now.

        Raises:
            NeedHuman: It is not: the chat unwinds.
        """
        if not self._allowed():
            raise NeedHuman
        self._answer = asyncio.get_running_loop().create_future()
        self.request = request
        self.parked()
        return await self._answer

    def go_on(self, answer: Answer) -> None:
        """Hand the answer to the waiting task."""
        assert self._answer is not None
        self._answer.set_result(answer)
