"""The team that people name and the few words that steer. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

# A dash typed twice becomes a long one on some keyboards.
_TEAM_OPTION = re.compile(r"(?:--|[—–])team(?:[ \t]*=[ \t]*|[ \t]+)(\S+)\s*")
_TEAM_COLON = re.compile(r"([A-Za-z][\w-]{0,40})[ \t]*[:：]\s*")

_NO_LETTER = re.compile(r"[^A-Za-z0-9_-]")
LONGEST = 41
"""Characters of a team's name."""

_LEADING = " \t\r\n:,，：、"
"""What sets a mention off from the words after it."""


class Steering(Enum):
    """What somebody wants who says nothing but a word that steers."""

    MUTE = frozenset({"mute", "静音"})
    STOP = frozenset({"stop", "停止"})
    HELP = frozenset({"help", "帮助"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text and the team that it names."""

    text: str
    team: str | None = None


def named_team(text: str, teams: Collection[str]) -> Words:
    """Take the team that is named at the beginning off a plain text: `--team coder …`, or `coder: …` where it exists.

    What `--team` names is taken whether it exists or not, so that a slip of the pen is answered, not run. What cannot
    be a team's name is no more than a name is long, and stays none: anything may have been typed there.
    """
    option = _TEAM_OPTION.match(text)
    if option is not None:
        return Words(text=text[option.end() :], team=_name(option[1]))
    colon = _TEAM_COLON.match(text)
    if colon is not None and colon[1].casefold() in teams:
        return Words(text=text[colon.end() :], team=colon[1].casefold())
    return Words(text=text)


def words_said(text: str, teams: Collection[str], *, addressed: bool) -> Words:
    """Return what was said, with the team that it names: who does not speak to the bot names none.

    There `panel: yes` may be meant for a person.
    """
    return named_team(text, teams) if addressed else Words(text=text)


def _name(typed: str) -> str:
    short = typed if len(typed) <= LONGEST else f"{typed[:LONGEST]}?"
    return _NO_LETTER.sub("?", short).casefold()


def steering(text: str, *, in_thread: bool) -> Steering | None:
    """Return what a text steers that is said to the bot; None: it is more than such a word, or none.

    Args:
        text: All that was said.
        in_thread: Whether agents may have asked there: then `help` is an answer to them.
    """
    word = text.strip(" \t\r\n.!。！").casefold()
    found = next((each for each in Steering if word in each.value), None)
    return None if found is Steering.HELP and in_thread else found


def without(mention: str, text: str) -> str:
    """Take the bot's own mentions, as a pattern finds them, out of a text, with what sets one off at the beginning."""
    *before, last = re.split(mention, text)
    if not before:
        return text
    return "".join([*(part.rstrip(" \t") for part in before), last]).lstrip(_LEADING)
