"""What a chat was, whichever side held it: who said and did what, and how it ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What somebody did."""

    TEXT = "text"
    CODE = "code"
    """A run of code with its output."""
    TOOL = "tool"
    """A call of a tool with its result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that an agent said or did."""

    agent: str
    kind: Kind
    text: str
    """The words, the output, or the result."""
    title: str = ""
    """The tool's name."""
    source: str = ""
    """The tool's arguments, as JSON, or the code."""
    ok: bool = True
    """Whether the code or the tool succeeded."""


class End(StrEnum):
    """How a chat ended. Only `PROPER` is a proper end, on both sides."""

    PROPER = "proper"
    """By the termination word, or by another sign that all is said, as far as the side knows any: on both sides it
    is a termination condition that an agent's words met."""
    CIRCLED = "circled"
    """It was stopped because it went round: the same again, or empty messages."""
    LIMIT = "limit"
    """The turns, rounds or replies were used up."""
    SILENT = "silent"
    """Nobody answered, or nobody was chosen to speak."""
    FAILED = "failed"
    """An error, a crash, or no end in time."""


_REASONS = (
    (r"Termination message condition on .* met", End.PROPER),
    (r"Maximum (?:turns|rounds|number of consecutive auto-replies)\b.*", End.LIMIT),
)


def end_by(reason: str) -> End:
    """Return which end AutoGen's own words for it are."""
    for pattern, end in _REASONS:
        if re.fullmatch(pattern, reason, re.DOTALL):
            return end
    return End.SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A whole chat."""

    said: tuple[Said, ...]
    """In order, without the words that began it."""
    end: End
    why: str = ""
    """The reason in the side's own words."""
    seconds: float = 0.0
    rescues: tuple[str, ...] = ()
    """What was mended on the way, by name: Threadfast's side only."""

    def texts(self, agent: str | None = None) -> list[str]:
        """Return what was said, by everybody or by one."""
        return [one.text for one in self.said if one.kind is Kind.TEXT and agent in (None, one.agent)]

    def of(self, kind: Kind) -> list[Said]:
        """Return the runs of code or the calls of tools."""
        return [one for one in self.said if one.kind is kind]
