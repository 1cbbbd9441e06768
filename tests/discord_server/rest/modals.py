"""What Discord refuses in a modal and in suggestions."""

from __future__ import annotations

from typing import Any

from tests.discord_server import components
from tests.discord_server.entities import Json
from tests.discord_server.rest.errors import Form

INSIDE = (components.TEXT_INPUT, *components.MENUS, components.UPLOAD, 21, 22, 23)


def check_modal(data: Json) -> None:
    """Refuse a modal that Discord would not show.

    Raises:
        ApiError: 50035 with what is wrong where.
    """
    form = Form()
    for name, most in {"title": 45, "custom_id": 100}.items():
        form.required(("data", name), data.get(name))
        form.longest(("data", name), data.get(name), most, 1)
    outer = data.get("components") or []
    if not 1 <= len(outer) <= 5:
        form.wrong(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for at, one in enumerate(outer):
        path = ("data", "components", at)
        if one.get("type") == components.LABEL:
            _check_label(form, path, one)
            _check_input(form, (*path, "component"), one.get("component") or {}, seen)
        elif one.get("type") == components.ROW:
            for inner, element in enumerate(one.get("components") or [{}]):
                form.longest((*path, "components", inner, "label"), element.get("label") or "", 45, 1)
                _check_input(form, (*path, "components", inner), element, seen)
        elif one.get("type") != components.TEXT:
            form.wrong((*path, "type"), "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).')
    form.judge()


def _check_label(form: Form, path: tuple[str | int, ...], label: Json) -> None:
    form.longest((*path, "label"), label.get("label") or "", 45, 1)
    form.longest((*path, "description"), label.get("description"), 100)


def _check_input(form: Form, path: tuple[str | int, ...], element: Json, seen: set[str]) -> None:
    if element.get("type") not in INSIDE:
        form.wrong((*path, "type"), "UNION_TYPE_CHOICES", "This component cannot be in a modal.")
    custom_id = str(element.get("custom_id") or "")
    form.longest((*path, "custom_id"), custom_id, 100, 1)
    form.longest((*path, "placeholder"), element.get("placeholder"), 100)
    form.longest((*path, "value"), element.get("value"), 4000)
    if custom_id in seen:
        message = "Component custom id cannot be duplicated"
        form.wrong((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    seen.add(custom_id)


def check_choices(choices: Any) -> None:
    """Refuse suggestions that Discord would not show.

    Raises:
        ApiError: 50035 with what is wrong where.
    """
    form = Form()
    if not isinstance(choices, list):
        form.required(("data", "choices"), None)
        form.judge()
    if len(choices) > 25:
        form.wrong(("data", "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for at, one in enumerate(choices):
        form.longest(("data", "choices", at, "name"), one.get("name") or "", 100, 1)
        if isinstance(one.get("value"), str):
            form.longest(("data", "choices", at, "value"), one["value"], 100, 1)
    form.judge()
