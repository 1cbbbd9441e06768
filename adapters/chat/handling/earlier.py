"""How much of what was said before the bot was called is handed on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import Said

MOST_MESSAGES = 100
MOST_CHARACTERS = 20_000


class Bounds:
    """Room for what was said, filled from the newest back."""

    def __init__(self) -> None:
        self._characters = MOST_CHARACTERS
        self._messages = 0

    def take(self, text: str) -> str | None:
        """Return as much of an older text as has room; None: it, and all that is older, has none."""
        if self._messages == MOST_MESSAGES or (self._messages and len(text) > self._characters):
            return None
        kept = text[: self._characters]
        self._messages += 1
        self._characters -= len(kept)
        return kept


def newest(said: Sequence[Said]) -> tuple[Said, ...]:
    """Return the newest of what was said that have room together, oldest first."""
    bounds, kept = Bounds(), list[Said]()
    for one in reversed(said):
        text = bounds.take(one.text)
        if text is None:
            break
        kept.append(Said(name=one.name, text=text))
    return tuple(reversed(kept))
