"""What a line that a person typed means. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import InputRequest, RequestKind

_COMMAND = re.compile(r"/[a-z]+")
_NUMBERED = re.compile(r"([123])(?:[.)：:]?\s+(.*))?", re.DOTALL)


class Meaning(StrEnum):
    """What is to be done with a line."""

    NOTHING = "nothing"
    SAY = "say"
    """It is a message, or the answer to the open question."""
    STOP = "stop"
    TEAMS = "teams"
    HELP = "help"
    UNKNOWN = "unknown"
    """It looks like a command, and is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line and its meaning."""

    meaning: Meaning
    text: str = ""


def understand(line: str, request: InputRequest | None) -> Words:
    """Tell what a line means while this request, or none, is open."""
    text = line.strip()
    if _COMMAND.fullmatch(text.lower()):
        return Words(meaning=_command(text[1:].lower()), text=text)
    if not text and (request is None or request.kind is RequestKind.APPROVAL):
        return Words(meaning=Meaning.NOTHING)
    return Words(meaning=Meaning.SAY, text=_choice(text) if has_numbers(request) else text)


def has_numbers(request: InputRequest | None) -> bool:
    """Whether this approval is shown with numbered choices: with several items a number names the item."""
    return request is not None and request.kind is RequestKind.APPROVAL and len(request.items) == 1


def _choice(text: str) -> str:
    """Return the words that a card's number stands for: 1 approves, 2 rejects, 3 rejects and says why."""
    found = _NUMBERED.fullmatch(text)
    if found is None:
        return text
    number, reason = found.groups()
    if number == "1":
        return text if reason else "approve"
    return f"reject {reason}" if reason else "reject"


def _command(word: str) -> Meaning:
    return {"stop": Meaning.STOP, "teams": Meaning.TEAMS, "help": Meaning.HELP}.get(word, Meaning.UNKNOWN)
