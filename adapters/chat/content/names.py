"""Names for display: of agents, teams and files. Pure."""

from __future__ import annotations

import re
import unicodedata

from adapters.chat.content.addresses import unformed
from adapters.text import harmless, visible

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "&": "＆", "@": "＠", "`": "'"})
_NAME_READ = 400
_NO_NAME = re.compile(r'[/\\:*?"<>|&@`]+')


def one_line(text: str, limit: int) -> str:
    """Return a text on one line, hidden characters shown by number; a longer one ends in an ellipsis."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def shown_name(text: str, limit: int = 80) -> str:
    """Return an agent's or a team's name for a place where a name stands: no sign in it pings, links or is markup."""
    plain = unformed(visible(unicodedata.normalize("NFC", " ".join(text[:_NAME_READ].split()))))
    return one_line(plain, limit).translate(_LOOKALIKES) or "-"


def file_name(text: str) -> str:
    """Return a file's name for display: no folders, no hidden characters, at most 80 characters with its ending."""
    name = visible(_NO_NAME.sub("_", unicodedata.normalize("NFC", text).replace("\\", "/").rsplit("/", 1)[-1]))
    name = " ".join(name.split()).lstrip(".") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= 80 or not dot or len(ending) > 12:
        return name[:80]
    return f"{stem[: 79 - len(ending)]}.{ending}"
