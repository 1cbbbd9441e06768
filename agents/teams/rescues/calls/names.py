"""Which offered tool or parameter a name means. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection


def meant(name: str, offered: Collection[str]) -> str | None:
    """Return the name that is meant: the same but for case and the marks between its words.

    Only where one alone is meant. `restart_db1` is not `restart_db2`: one letter may be another thing.
    """
    if name in offered:
        return name
    plain = _plain(name)
    found = [known for known in offered if plain and plain == _plain(known)]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return re.sub(r"[-_\s]+", "", name).casefold()
