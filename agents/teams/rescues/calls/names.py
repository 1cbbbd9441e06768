"""The tools that are offered, and which of them, or of their parameters, a name means. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Tools = Mapping[str, Mapping[str, Any]]
"""The schemas of the tools' parameters, by the tools' names."""


def functions_of(offered: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the parameters' schema of each offered tool by its name."""
    found = [tool.get("function") or {} for tool in offered]
    return {str(function["name"]): function.get("parameters") or {} for function in found if function.get("name")}


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
