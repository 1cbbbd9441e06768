"""What can be pressed on a card: its buttons and menus, in rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.chat.content.shown import Button as About
from adapters.chat.content.shown import Card, Options
from adapters.discord import ids
from adapters.discord.rendering.names import clipped
from adapters.discord.rendering.parts import (
    LONGEST_LABEL,
    LONGEST_OPTION,
    MOST_IN_ROW,
    MOST_MENU,
    Button,
    Menu,
    Row,
    Style,
)
from bot.domain import InputRequest

_STYLES: dict[str, Style] = {"primary": "primary", "danger": "danger"}


def rows_of(request: InputRequest, card: Card) -> Iterator[Row]:
    """Yield the rows: one for each item that is open, one or more of options, one about all of it."""
    for item in card.items:
        if item.buttons:
            yield tuple(_button(request, each) for each in item.buttons)
    if card.options is not None and card.options.buttons:
        yield from _choices(request, card.options)
    last = [_button(request, each) for row in card.rows for each in row]
    for start in range(0, len(last), MOST_IN_ROW):
        yield tuple(last[start : start + MOST_IN_ROW])


def _choices(request: InputRequest, options: Options) -> Iterator[Row]:
    if not options.menu:
        yield tuple(_button(request, each) for each in options.buttons)
        return
    for start in range(0, len(options.buttons), MOST_MENU):
        yield _menu(request, options.buttons[start : start + MOST_MENU], options.menu)


def _menu(request: InputRequest, options: Sequence[About], placeholder: str) -> Menu:
    first = options[0]
    several = f"{placeholder} {first.item}–{options[-1].item}"
    return Menu(
        custom_id=ids.custom_id(request, first.action, first.item),
        placeholder=several,
        options=tuple((clipped(each.label, LONGEST_OPTION), str(each.item)) for each in options),
    )


def _button(request: InputRequest, about: About) -> Button:
    """Return a button; its custom id says what it is about, and nothing else."""
    return Button(
        label=clipped(about.label, LONGEST_LABEL),
        custom_id=ids.custom_id(request, about.action, about.item),
        style=_STYLES.get(about.style, "secondary"),
    )
