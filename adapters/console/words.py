"""What a line that a person typed means. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import InputRequest, RequestKind

_COMMAND = re.compile(r"/[a-z]+")
_NUMBERED = re.compile(r"([123])(?:[.)：:]?\s+(.*))?", re.DOTALL)
_NUMBER = re.compile(r"(\d+)[.)。：:]?")

REASON = "3"
"""The choice of a card that rejects and says why."""


class Meaning(StrEnum):
    """What is to be done with a line."""

    NOTHING = "nothing"
    SAY = "say"
    """It is a message, or the answer to the open question."""
    STOP = "stop"
    TEAMS = "teams"
    MODELS = "models"
    HELP = "help"
    UNKNOWN = "unknown"
    """It looks like a command, and is none."""
    NO_CHOICE = "no choice"
    """It is a number that the card does not have."""
    NO_REASON = "no reason"
    """It is the choice that wants a reason, without one."""


CORRECTIONS = {
    Meaning.UNKNOWN: "console_unknown",
    Meaning.NO_CHOICE: "console_no_choice",
    Meaning.NO_REASON: "console_no_reason",
}
"""What a person is told about a line that does nothing, by its sentence's id."""


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
    return _chosen(text) if has_numbers(request) else Words(meaning=Meaning.SAY, text=text)


def has_numbers(request: InputRequest | None) -> bool:
    """Whether this approval is shown with numbered choices: with several items a number names the item."""
    return request is not None and request.kind is RequestKind.APPROVAL and len(request.items) == 1


def _chosen(text: str) -> Words:
    """Tell what words at a card with numbers mean; a number alone is never taken for feedback."""
    alone = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
    if alone is None:
        return Words(meaning=Meaning.SAY, text=_choice(text))
    if alone[1] == REASON:
        return Words(meaning=Meaning.NO_REASON, text=alone[1])
    known = alone[1] in ("1", "2")
    return Words(meaning=Meaning.SAY if known else Meaning.NO_CHOICE, text=_choice(alone[1]))


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
    commands = {each.value: each for each in (Meaning.STOP, Meaning.TEAMS, Meaning.MODELS, Meaning.HELP)}
    return commands.get(word, Meaning.UNKNOWN)
