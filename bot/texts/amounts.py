"""Amounts in words. Pure."""

from __future__ import annotations

from bot.texts import say

_GIGA, _MEGA = 10**9, 10**6


def bytes_in_words(count: int, language: str) -> str:
    """Return how much that is, as model hosts count it: a gigabyte is 10⁹ bytes; 0: not told."""
    if count <= 0:
        return say("bytes_unknown", language)
    if count < _GIGA:
        return say("bytes_mb", language, number=max(1, round(count / _MEGA)))
    return say("bytes_gb", language, number=f"{count / _GIGA:.1f}")
