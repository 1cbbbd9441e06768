"""Buttons, menus and inputs of a message or modal: where they are, and what using them sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.discord_server.commands import NotOfferedError
from tests.discord_server.entities import Channel, Json, Role, User

ROW, BUTTON, SELECT, TEXT_INPUT, USERS, ROLES, MENTIONABLES, CHANNELS, SECTION, TEXT = range(1, 11)
THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD = 11, 12, 13, 14, 17, 18, 19
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
LINK = 5
"""The style of a button that opens an address."""
MENUS = (SELECT, USERS, ROLES, MENTIONABLES, CHANNELS)


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield every component, those inside others after their outer one."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        yield from walk([component[name] for name in ("accessory", "component") if name in component])


def label_of(button: Json) -> str:
    """Return what is written on a button: its label, else its emoji."""
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")


def find_button(components: list[Json], wanted: str, nth: int = 1) -> Json:
    """Return the button with this label or custom id that can be pressed.

    Raises:
        NotOfferedError: There is none, or it cannot be pressed.
    """
    buttons = [one for one in walk(components) if one["type"] == BUTTON]
    found = [one for one in buttons if wanted in (label_of(one), one.get("custom_id"))]
    if len(found) < nth:
        raise NotOfferedError(f"there is no button {wanted!r}; there are: {[label_of(one) for one in buttons]}")
    if found[nth - 1].get("disabled"):
        raise NotOfferedError(f"the button {wanted!r} is disabled")
    if found[nth - 1].get("style") == LINK:
        raise NotOfferedError(f"the button {wanted!r} opens a link, no app is told")
    return found[nth - 1]


def find_menu(components: list[Json], menu: str | None) -> Json:
    """Return a menu by its custom id or placeholder; None: the only one.

    Raises:
        NotOfferedError: There is none, or it is disabled.
    """
    menus = [one for one in walk(components) if one["type"] in MENUS]
    found = [one for one in menus if menu in (None, one["custom_id"], one.get("placeholder"))]
    if len(found) != 1 or found[0].get("disabled"):
        names = [one.get("placeholder") or one["custom_id"] for one in menus if not one.get("disabled")]
        raise NotOfferedError(f"which menu is {menu!r}? There are: {names}")
    return found[0]


def chosen(menu: Json, choice: Any) -> list[str]:
    """Return the values of one or several choices, by their labels or values; or the ids of people and channels.

    Raises:
        NotOfferedError: Such a choice is not offered, or not so many.
    """
    choices = choice if isinstance(choice, list) else [choice]
    values = [_value(menu, one) for one in choices]
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not least <= len(values) <= most:
        raise NotOfferedError(f"{least} to {most} choices are offered, not {len(values)}")
    return values


def _value(menu: Json, choice: Any) -> str:
    if isinstance(choice, User | Channel | Role):
        return str(choice.id)
    options = menu.get("options", [])
    for option in options:
        if choice in (option["label"], option["value"]):
            return str(option["value"])
    raise NotOfferedError(f"{choice!r} is not offered; there are: {[one['label'] for one in options]}")


def resolved(choice: Any) -> Json:
    """Return the resolved objects of chosen people, channels and roles."""
    shown: Json = {}
    names = {User: "users", Channel: "channels", Role: "roles"}
    for one in choice if isinstance(choice, list) else [choice]:
        if type(one) in names:
            shown.setdefault(names[type(one)], {})[str(one.id)] = one.as_json()
    return shown
