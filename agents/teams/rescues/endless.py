"""Cuts an answer that repeats itself without end: small models fall into it, and stop only at the token limit. Pure."""

from __future__ import annotations

from collections.abc import Sequence

TIMES = 4
"""How often the same must stand there, one after the other, until it counts as endless."""
LEAST = 40
"""Letters that what is repeated must have: lines of a table or a poem may be the same."""
LONGEST = 60
"""Lines that what is repeated may have."""


def without_repeats(text: str) -> str:
    """Return a text whose end is the same lines again and again with those lines once; any other text as it is."""
    lines = text.split("\n")
    # Blank lines do not count: models lose some of them when they go round.
    said = [at for at, line in enumerate(lines) if line.strip()]
    kept = _kept([lines[at].strip() for at in said])
    return text if kept == len(said) else "\n".join(lines[: said[kept - 1] + 1])


def _kept(lines: Sequence[str]) -> int:
    """Return how many of these lines are left when those that only repeat are taken away."""
    for period in range(1, min(LONGEST, len(lines) // TIMES) + 1):
        begin = _begin_of_rounds(lines, period)
        if len(lines) - begin >= period * TIMES:
            whole = sum(len(line) for line in lines[begin : begin + period])
            return begin + period if whole >= LEAST else len(lines)
    return len(lines)


def _begin_of_rounds(lines: Sequence[str], period: int) -> int:
    """Return where the lines begin that are the same as those a period later, up to the end.

    The very last line may be a beginning only: there the limit cut it.
    """
    at = len(lines) - 1 - period
    if at < 0 or not lines[at].startswith(lines[-1]):
        return len(lines)
    while at > 0 and lines[at - 1] == lines[at - 1 + period]:
        at -= 1
    return at


TAIL = 600
"""Characters at a text's end that are nothing but the same few again and again until it counts as endless."""
_ROUND = 60
"""Characters that these few may be."""


def tail_of_repeats(text: str) -> int | None:
    """Return where the end of a text begins to be only the same few characters again and again, or None.

    Within a line: equal lines may be data or a drawing.
    """
    last = text[-TAIL:]
    if len(last) < TAIL or not last.strip() or "\n" in last:
        return None
    for period in range(1, _ROUND + 1):
        if last[period:] == last[:-period]:
            at = len(text) - TAIL
            while at > 0 and text[at - 1] == text[at - 1 + period]:
                at -= 1
            return at + period
    return None
