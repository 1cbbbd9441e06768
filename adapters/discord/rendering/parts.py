"""Messages as they are sent: words, rows of buttons, files, and the name and picture that they are said under. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain import Attachment

MOST_CONTENT = 2_000
"""Of a message's content, counted as `size` counts it."""
MOST_FILES = 10
"""In one message."""
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one file, in a server without boosts."""
MOST_ROWS = 5
MOST_IN_ROW = 5
"""Buttons of a row."""
MOST_MENU = 25
"""Options of a menu."""
LONGEST_LABEL = 80
"""Of a button."""
LONGEST_OPTION = 100
"""Of an option's label, and of its value."""

Style = Literal["primary", "secondary", "danger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of a message of ours."""

    label: str
    custom_id: str
    """As `ids.custom_id` makes it; no two parts of a message have the same."""
    style: Style = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A menu, which fills a row. Several stand in a message where an approval has more options than one takes."""

    custom_id: str
    """Its item is the number of the menu's first option."""
    placeholder: str
    options: tuple[tuple[str, str], ...]
    """Label and value of each; the value is the option's number, whichever item the custom id names."""


Row = tuple[Button, ...] | Menu


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message. `content` may be empty only where there are files."""

    content: str
    rows: tuple[Row, ...] = ()
    files: tuple[Attachment, ...] = ()
    """At most `MOST_FILES`, none larger than `LARGEST_FILE`, under names that are fit for display and differ. Of a
    card's update these are new ones: the files that the message has stay."""
    name: str | None = None
    """The username that a webhook's message is said under; None: the bot itself speaks."""
    speaker: str = ""
    """The agent whose picture stands beside a webhook's message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A post as Discord shows it: at least one part."""

    parts: tuple[Part, ...]


def size(text: str) -> int:
    """Return how long a text is to Discord: UTF-16 units, which its apps count; never fewer than its characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
