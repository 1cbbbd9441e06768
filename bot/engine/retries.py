"""Runs that are left alone for a while: until when, and how long each has been waiting for a host that is away.

It is not durable: after a restart a run is tried at once, and a host that is away has all its time again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import ConversationId, Run, RunId
from bot.outbox import backoff

LONGEST = 60.0
"""Seconds between two attempts at most while a host is away, unless it asks for more."""
UNTOLD = 3.0
"""Seconds of waiting that nobody needs to be told of."""


@dataclass(slots=True, kw_only=True)
class _Wait:
    run: RunId
    since: datetime
    """When the host was first found away since something was recorded."""
    failures: int = 0
    until: datetime | None = None
    """Until when the run is left alone, once that is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """When a run is tried again."""

    due_at: datetime
    tell: bool
    """Whether the wait is long enough for people to be told."""


class Retries:
    """The runs of this process that rest; those that work without trouble take no memory."""

    def __init__(self, *, patience: float) -> None:
        self._patience = timedelta(seconds=patience)
        self._waits: dict[ConversationId, _Wait] = {}

    def resting(self, conversation: ConversationId, now: datetime) -> RunId | None:
        """Return the conversation's run that is left alone now; its timer, once due, ends that."""
        wait = self._waits.get(conversation)
        return wait.run if wait is not None and wait.until is not None and now < wait.until else None

    def later(
        self, run: Run, now: datetime, *, retry_after: float | None, progressed: bool, patient: bool = False
    ) -> Later | None:
        """Say when to look for a host again that is away; None: it was waited for long enough.

        Args:
            run: The run that waits.
            now: The current time.
            retry_after: Seconds that the host asked for.
            progressed: Whether something was recorded since the last attempt.
            patient: Whether to wait without end, unless runs have no patience at all.
        """
        wait = self._of(run, now)
        if progressed:
            wait.since, wait.failures = now, 0
        wait.failures += 1
        end = wait.since + self._patience
        patient = patient and bool(self._patience)
        if now >= end and not patient:
            return None
        due_at = now + timedelta(seconds=backoff(wait.failures, retry_after, longest=LONGEST))
        if retry_after is None and not patient:
            due_at = min(due_at, end)
        return Later(due_at=due_at, tell=(due_at - wait.since).total_seconds() >= UNTOLD)

    def rest(self, run: Run, now: datetime, until: datetime) -> None:
        """Leave the run alone until its timer is due, and no longer."""
        self._of(run, now).until = until

    def clear(self, conversation: ConversationId) -> None:
        """Forget what troubled it."""
        self._waits.pop(conversation, None)

    def _of(self, run: Run, now: datetime) -> _Wait:
        wait = self._waits.get(run.conversation)
        if wait is None or wait.run != run.id:
            wait = self._waits[run.conversation] = _Wait(run=run.id, since=now)
        return wait
