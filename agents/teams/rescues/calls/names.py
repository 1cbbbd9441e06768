"""Which offered tool a name means. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

_PREFIX = re.compile(r"\A(?:functions?|tools?|default_api)[.:/]", re.IGNORECASE)
_SHORTEST = 6
"""Letters of a name in which one wrong letter is still plainly a slip."""


def meant(name: str, offered: Collection[str]) -> str | None:
    """Return the offered tool that a name means: the same but for case and marks, or with one letter wrong.

    Only where one tool alone is meant; `unlock_door` is not `lock_door`, nor `set_user` `get_user`.
    """
    if name in offered:
        return name
    plain = _plain(_PREFIX.sub("", name.strip()))
    for near in (_same, _slipped):
        found = [known for known in offered if near(plain, _plain(known))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _same(name: str, known: str) -> bool:
    return bool(name) and name == known


def _slipped(name: str, known: str) -> bool:
    """Whether one letter is wrong, too many or missing, or two have changed places; never at the beginning."""
    if min(len(name), len(known)) < _SHORTEST or name[0] != known[0]:
        return False
    at = next((at for at, pair in enumerate(zip(name, known, strict=False)) if pair[0] != pair[1]), len(known))
    rest, wanted = name[at:], known[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return wanted in (rest[1:], swapped) or rest == wanted[1:] or rest[1:] == wanted[1:]
