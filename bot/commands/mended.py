"""What of models' mistakes was mended in a run, by the names of team files' `rescues`: pure, from its record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain import Effect, OutboxRow


def of_effect(effect: Effect) -> tuple[str, ...]:
    """Return what was mended of a model's answer; nothing of other effects, nor of those made before it was kept."""
    value = effect.value
    names = value.get("rescues") if isinstance(value, dict) else None
    return tuple(str(name) for name in names or ())


def of_run(effects: Iterable[Effect], posts: Iterable[OutboxRow]) -> Counter[str]:
    """Return how often each was needed, with those that the thread was told of."""
    from bot.domain import TurnKind

    turns = [row.post.turn for row in posts if row.post.turn is not None]
    told = [turn.title for turn in turns if turn.kind is TurnKind.NOTICE and turn.title]
    return Counter([*(name for effect in effects for name in of_effect(effect)), *told])


def in_words(counts: Counter[str]) -> str:
    """Return them as a line, the most frequent first."""
    return ", ".join(f"{name} x{count}" for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
