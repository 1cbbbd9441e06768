"""Names as Discord takes them: of the agents that speak, and of files. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters.chat.content.names import file_name, one_line, shown_name
from adapters.chat.content.turns import speaker
from adapters.discord.rendering.inert import escaped
from adapters.discord.rendering.parts import size
from bot.domain import Attachment

LONGEST_NAME = 80
_LONGEST_PRINCIPAL = 40
_PRINCIPAL = re.compile(r"(role:)?([0-9]{15,20})")
_REFUSED = re.compile("(cly)(de)|(disc)(ord)", re.IGNORECASE)
_RESERVED = frozenset({"everyone", "here", "system message"})
_LOOKALIKES = str.maketrans({"#": "＃", ":": "："})


def username(agent: str, language: str, *, demo: bool = False) -> str:
    """Return the name that an agent speaks under; a dot parts what Discord takes in no name."""
    limit = LONGEST_NAME
    name = _taken(speaker(agent, language, demo=demo, limit=limit))
    while size(name) > LONGEST_NAME:
        limit -= 1
        name = _taken(speaker(agent, language, demo=demo, limit=limit))
    return name


def _taken(name: str) -> str:
    parted = _REFUSED.sub(lambda found: "·".join(part for part in found.groups() if part), name.translate(_LOOKALIKES))
    return f"{parted}·" if parted.casefold() in _RESERVED else parted


def named(principal: str) -> str:
    """Return a person or a role for a card: a mention, which shows the name; messages are sent so that none pings.

    Args:
        principal: An id, led by `role:` for a role.
    """
    mention = _PRINCIPAL.fullmatch(principal)
    if mention is None:
        return escaped(shown_name(principal, _LONGEST_PRINCIPAL))
    return f"<@{'&' if mention[1] else ''}{mention[2]}>"


def clipped(text: str, limit: int) -> str:
    """Return a text on one line; what is longer for Discord ends in an ellipsis."""
    line = one_line(text, limit)
    while size(line) > limit:
        line = line[: -(size(line) - limit) // 2 - 1] + "…"
    return line


def named_apart(files: Iterable[Attachment]) -> Iterator[Attachment]:
    """Yield files under names that Discord keeps as they are, no two the same."""
    taken: set[str] = set()
    for file in files:
        name = file_name(file.name).replace(" ", "_")
        stem, dot, ending = name.rpartition(".")
        number = 2
        while name.casefold() in taken:
            name = f"{stem}-{number}{dot}{ending}" if stem else f"{ending}-{number}"
            number += 1
        taken.add(name.casefold())
        yield replace(file, name=name)
