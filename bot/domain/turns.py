"""What agents said and did, as the thread shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.address import Attachment


class TurnKind(StrEnum):
    """What a turn shows."""

    TEXT = "text"
    """An agent said something."""
    TOOL = "tool"
    """A tool call with its result."""
    CODE = "code"
    """A code run with its output and files."""
    NESTED = "nested"
    """Turns of a nested chat, folded; `folded` holds them."""
    NOTICE = "notice"
    """The bot's own words about the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something an agent said or did that the thread shows."""

    path: str
    """The chat path; with `n` it identifies the turn within its run."""
    n: int
    kind: TurnKind
    agent: str
    text: str
    title: str = ""
    """The tool's name, or the languages of the code."""
    source: str = ""
    """The exact code or arguments that ran."""
    ok: bool = True
    """Whether the tool or the code succeeded."""
    files: tuple[Attachment, ...] = ()
    folded: tuple[Turn, ...] = ()
    demo: bool = False
    """Whether the embedded demo model said it."""
    cut: bool = False
    """Whether the answer ended because the model might not say more, not because it was done."""
