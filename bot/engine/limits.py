"""What the engine keeps to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers of the engine; the settings fill those that an operator may change."""

    concurrency: int = 200
    """Steps at once, over all conversations."""
    attempts: int = 6
    """Failed steps of a run without progress, after which it ends as failed."""
    human_turns: int = 2000
    """Answers of people in one run: replaying it nests as deep as it has answers."""
    sweep_seconds: float = 1.0
    """How often due timers are looked for."""
    repair_seconds: float = 30.0
    """How often lost wakes are looked for."""
