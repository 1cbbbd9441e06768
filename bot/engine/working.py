"""A conversation that is being worked on: a step is under way, or a transaction keeps it that may begin one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from bot.engine.promise import Promise
from bot.engine.transactions import Begun
from bot.outbox import Bell


@dataclass(slots=True)
class Working:
    """What the engine knows of it."""

    person: str = ""
    """For whom it was woken; empty: not known."""
    bell: Bell = field(default_factory=Bell)
    task: asyncio.Task[None] | None = None
    """None: the conversation is kept for a transaction, which may begin a step."""
    promise: Promise = field(default_factory=partial(Promise, kept=True))
    """That the step's beginning becomes durable."""
    ahead: Begun | None = None
    """The beginning of a step that computes while that is made durable."""

    def cancel(self) -> None:
        """Cancel the step, if there is one yet."""
        # What was to be cancelled before the step was durable is not this step.
        if self.task is not None and self.promise.kept:
            self.task.cancel()

    def withdraw(self) -> None:
        """Have a step that began early end without a trace."""
        self.promise.withdraw()
        if self.task is not None:
            self.task.cancel()
