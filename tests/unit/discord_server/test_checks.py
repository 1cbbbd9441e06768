from __future__ import annotations

import base64
from typing import Any

import discord
import pytest

from tests.discord_server.entities import COMPONENTS_V2, Json
from tests.discord_server.rest.checks import check_message
from tests.discord_server.rest.errors import ApiError
from tests.unit.discord_server.conftest import Place


def button(**more: Any) -> Json:
    """Return a button that is right unless told otherwise."""
    return {"type": 2, "style": 1, "label": "Yes", "custom_id": "yes"} | more


def row(*inner: Json) -> Json:
    """Return an action row."""
    return {"type": 1, "components": [*inner]}


def menu(**more: Any) -> Json:
    """Return a select menu that is right unless told otherwise."""
    return {"type": 3, "custom_id": "menu", "options": [{"label": "a", "value": "a"}]} | more


WRONG: dict[str, tuple[Json, str]] = {
    "six rows": ({"components": [row(button(custom_id=str(n))) for n in range(6)]}, "components"),
    "six buttons": ({"components": [row(*(button(custom_id=str(n)) for n in range(6)))]}, "components.0.components"),
    "an empty row": ({"components": [row()]}, "components.0.components"),
    "a button outside a row": ({"components": [button()]}, "components.0.type"),
    "a long label": ({"components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
    "a long custom id": ({"components": [row(button(custom_id="x" * 101))]}, "components.0.components.0.custom_id"),
    "no custom id": ({"components": [row(button(custom_id=None))]}, "components.0.components.0.custom_id"),
    "no label": ({"components": [row(button(label=None))]}, "components.0.components.0"),
    "an unknown style": ({"components": [row(button(style=9))]}, "components.0.components.0.style"),
    "a link without address": ({"components": [row(button(style=5, custom_id=None))]}, "components.0.components.0.url"),
    "the same custom id": ({"components": [row(button(), button())]}, "components.0.components.1.custom_id"),
    "a menu beside a button": ({"components": [row(menu(), button())]}, "components.0.components"),
    "a menu without options": ({"components": [row(menu(options=[]))]}, "components.0.components.0.options"),
    "26 options": (
        {"components": [row(menu(options=[{"label": str(n), "value": str(n)} for n in range(26)]))]},
        "components.0.components.0.options",
    ),
    "the same value": (
        {"components": [row(menu(options=[{"label": "a", "value": "a"}] * 2))]},
        "components.0.components.0.options",
    ),
    "a long option": (
        {"components": [row(menu(options=[{"label": "x" * 101, "value": "a"}]))]},
        "components.0.components.0.options.0.label",
    ),
    "a long description": ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    "eleven embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    "embeds over 6,000": ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    "26 fields": ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields"),
    "a field without value": ({"embeds": [{"fields": [{"name": "n"}]}]}, "embeds.0.fields.0.value"),
    "a long nonce": ({"content": "x", "nonce": "n" * 26}, "nonce"),
    "content beside layout": ({"content": "x", "flags": COMPONENTS_V2}, "content"),
    "layout over 40": (
        {"flags": COMPONENTS_V2, "components": [{"type": 17, "components": [{"type": 10, "content": "x"}] * 40}]},
        "components",
    ),
    "layout text over 4,000": (
        {"flags": COMPONENTS_V2, "components": [{"type": 10, "content": "x" * 4001}]},
        "components",
    ),
}


@pytest.mark.parametrize(("message", "path"), WRONG.values(), ids=[*WRONG])
def test_form_that_discord_would_not_take_is_refused_where_it_is_wrong(message: Json, path: str) -> None:
    with pytest.raises(ApiError) as refusal:
        check_message(message, {})

    place: Any = refusal.value.errors
    for name in path.split("."):
        place = place[name]
    assert place["_errors"][0]["message"]


def test_largest_form_is_taken() -> None:
    options = [{"label": "x" * 100, "value": str(n)} for n in range(25)]
    rows = [row(*(button(custom_id=f"{n}-{m}", label="x" * 80) for m in range(5))) for n in range(4)]

    check_message({"content": "x" * 2000, "nonce": "n" * 25, "components": [*rows, row(menu(options=options))]}, {})


async def test_view_of_the_library_is_taken_and_comes_back(place: Place) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Approve", custom_id="run:1:approve", style=discord.ButtonStyle.success))
    view.add_item(discord.ui.Select(custom_id="run:1:pick", options=[discord.SelectOption(label="One")]))
    channel = await place.text()

    sent = await channel.send("Run this?", view=view)
    shown = place.world.shown(place.general)[0].components

    assert [one["type"] for one in shown] == [1, 1]
    assert [one["id"] for one in shown] == [1, 3], "components are numbered, the inner ones too"
    assert len(sent.components) == 2


async def test_layout_of_the_library_is_taken_and_its_files_are_linked(place: Place) -> None:
    picture = discord.File(__file__, filename="plot.png")
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("The plot"), discord.ui.Separator()))
    view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(picture)))
    channel = await place.text()

    sent = await channel.send(view=view, file=picture)

    gallery = sent.components[1]
    assert isinstance(gallery, discord.MediaGalleryComponent)
    assert gallery.items[0].media.url.startswith(place.server.cdn_url)


async def test_duplicate_of_a_refused_edit_changes_nothing(place: Place) -> None:
    channel = await place.text()
    sent = await channel.send("short")

    with pytest.raises(discord.HTTPException):
        await sent.edit(content="x" * 2001)
    with pytest.raises(discord.HTTPException) as empty:
        await sent.edit(content=None)

    assert empty.value.code == 50006
    assert place.world.shown(place.general)[0].content == "short"


def test_picture_of_the_content_network_is_a_picture() -> None:
    from tests.discord_server.cdn import PICTURE

    assert PICTURE.startswith(base64.b64decode("iVBORw0KGgo="))
