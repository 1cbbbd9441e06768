"""Buttons and menus that survive a restart: what they are about stands in their custom ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, cast

import discord

from adapters.discord.ids import CUSTOM_ID
from adapters.discord.rendering.parts import Button, Menu, Row, Style

STYLES: dict[Style, discord.ButtonStyle] = {
    "primary": discord.ButtonStyle.primary,
    "secondary": discord.ButtonStyle.secondary,
    "danger": discord.ButtonStyle.danger,
}


class Presses(Protocol):
    """Who takes in what is pressed: the client."""

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Take in the press of a button, or a choice of a menu."""
        ...


class CardItem(discord.ui.DynamicItem[discord.ui.Item[Any]], template=CUSTOM_ID):
    """A button or a menu of a card, known by its custom id in whichever process it is used."""

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],  # noqa: ARG003 - the library's
        item: discord.ui.Item[Any],
        match: re.Match[str],  # noqa: ARG003 - the library's
        /,
    ) -> CardItem:
        """Return what was pressed, or chosen from."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the client."""
        await cast(Presses, interaction.client).pressed(interaction)


def view_of(rows: Sequence[Row]) -> discord.ui.View | None:
    """Return rows of buttons and menus as the library sends them; None: there are none. Needs a running event loop."""
    if not rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for item in _items(row, number):
            view.add_item(cast("discord.ui.Item[discord.ui.View]", item))
    return view


def _items(row: Row, number: int) -> list[CardItem]:
    if isinstance(row, Menu):
        return [CardItem(_menu(row), row=number)]
    return [CardItem(_button(button), row=number) for button in row]


def _button(button: Button) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=button.label, custom_id=button.custom_id, style=STYLES[button.style])


def _menu(menu: Menu) -> discord.ui.Select[discord.ui.View]:
    options = [discord.SelectOption(label=label, value=value) for label, value in menu.options]
    return discord.ui.Select(custom_id=menu.custom_id, placeholder=menu.placeholder, options=options)
