"""What a card shows, as values; adapters/chat/content/cards.py makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.chat.content.facts import Named
from adapters.chat.content.names import shown_name
from adapters.chat.handling.about import Action
from bot.domain import Attachment

Fits = Callable[[str], bool]
"""Whether there is room for a text, exactly as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a platform's cards hold at most."""

    shown: int
    """Characters of an item, as they are shown."""
    items: int
    """Items that are shown one by one; more are all in a file."""
    buttons: int
    """Options that get a button each; more get a menu."""
    options: int
    """Options of menus; more are answered in words."""
    editable: Fits
    """Whether a form takes a text to be changed."""
    beginning: int = 600
    """Characters that are shown of what is too long."""
    reason: int = 500
    """Characters that are shown of why an item was rejected."""
    listed: int = 300
    """Characters for the names in a list: of files, of words, of people; what is left out is counted."""
    named: Named = shown_name
    """Shows a person, a group or a role who may decide: in a way that pings nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button; a label may be longer than a platform shows."""

    action: Action
    label: str
    item: int | None = None
    """From 1: an item or an option; None: all of them."""
    style: str = ""
    """`primary`, `danger` or neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to approve."""

    heading: str
    """`Code, python`, with its number where there are several; hidden characters by number."""
    verdict: str
    """What was decided of it, where the card's own sentence does not say that; else empty."""
    digest: str
    """The whole sha256 of `content`."""
    content: str
    """Exactly what would run, runs or ran."""
    language: str
    """Of the content, for colours."""
    file: Attachment
    """The content as a file, for where it is not shown whole."""
    is_new: bool
    """Whether that file is attached where it is needed: later states of a card attach only what a person wrote."""
    unseen: bool
    """Whether the platform could not take that file: where it is not shown whole, nobody can see it."""
    buttons: tuple[Button, ...]
    """Of this item alone; none where it is decided, or the only one."""
    proposed: str = ""
    """What its digest was before a person changed it, for the small line beneath it; empty: nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """What a card shows of an item's content."""

    text: str
    """All of it or its beginning, hidden characters by number; empty: nothing is shown."""
    whole: bool
    sentence: str = ""
    """Where all of it is, or that there is nothing to show."""
    file: Attachment | None = None
    """What the sentence names; to be attached where the item's `is_new`, or no earlier state of the card has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """All items at once, where they are too many."""

    sentence: str
    """Where they are."""
    file: Attachment | None
    """To be attached; later states of a card do not attach it again."""
    verdicts: tuple[str, ...]
    """What was decided so far, with the items' numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a choice, for the card that asks."""

    whole: tuple[str, ...]
    """Every option, hidden characters by number."""
    sentence: str
    """Where they are, when there is no room for them on the card."""
    file: Attachment
    """Holds them; to be attached in that case."""
    buttons: tuple[Button, ...]
    """One for each; none where there are none, or too many. Their labels have the number."""
    menu: str
    """The placeholder of the menu that the buttons go in; empty: they stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An input request, as a card shows it; from top to bottom."""

    sentence: str
    items: tuple[Item, ...] = ()
    many: Many | None = None
    options: Options | None = None
    chosen: str = ""
    """The option that was chosen, on one line."""
    rows: tuple[tuple[Button, ...], ...] = ()
    """Buttons about all of it, in rows as they belong together."""
    remarks: tuple[str, ...] = ()
    """What is to be known before deciding: what else an approval covers, words that are not what they seem."""
    facts: str = ""
    """The box, on one line, for a small one: of the only item beside its digest, of several below them all."""
    dated: str = ""
    """The last line, with `{when}` where the date stands, and who may decide; it does nothing as it is. Empty: none."""
    at: datetime | None = None
    """That date."""
