"""What the engine keeps to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers of the engine; the settings fill those that an operator may change."""

    concurrency: int = 200
    """Steps at once, over all conversations."""
    per_person: int | None = None
    """Steps at once for one person, so that others' find a place while one has many; None: as many as there are."""
    attempts: int = 6
    """Steps of a run that were begun without progress, after which an unexpected failure ends it as failed."""
    starts: int = 10
    """Steps of a run that were begun without progress, after which it is not begun again but ends as failed: each
    of them has failed or has ended with the process. So the process may be killed this often during one long model
    call, over days, and a run that takes the process down with it is given up. Not counted are steps that a stop of
    the bot cancels, that a full disk ends, or whose host is away."""
    patience_seconds: float = 1800.0
    """How long a run waits for a host that is away or loading, from when it was first found so, before it ends as
    failed; 0: it fails at once."""
    human_turns: int = 2000
    """Answers of people in one run: replaying it nests as deep as it has answers."""
    keep_days: int | None = None
    """Days without a word after which a conversation is deleted, unless a run of it is open; None: it is kept."""
    sweep_seconds: float = 1.0
    """How often due timers are looked for."""
    repair_seconds: float = 5.0
    """How often wakes are looked for that were lost; it reads two partial indexes."""

    @property
    def share(self) -> int:
        """Steps at once for one person."""
        return self.per_person or self.concurrency
