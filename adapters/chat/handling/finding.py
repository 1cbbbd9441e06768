"""What `threadfast check` finds out about a platform, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found, in one line."""

    ok: bool
    words: str
    """What works, or what is wrong and how to mend it."""
    needed: bool = True
    """Whether the bot cannot work without it."""
