"""What Discord refuses in a message's or a modal's components."""

from __future__ import annotations

from collections.abc import Iterator

from tests.discord_server.entities import Json
from tests.discord_server.rest.errors import Form

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, CONTAINER, LABEL = 1, 2, 3, 4, 9, 10, 17, 18
SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6
Path = tuple[str | int, ...]


def check_components(form: Form, components: list[Json], *, v2: bool = False) -> None:
    """Note what is wrong with a message's components."""
    if not v2 and len(components) > 5:
        form.wrong(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    total = text = 0
    for path, component in walk(components):
        total += 1
        text += len(component.get("content") or "") if component.get("type") == TEXT else 0
        _check(form, path, component, top=len(path) == 2, v2=v2)
        _unique(form, path, component, seen)
    if v2 and total > 40:
        form.wrong(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The max number of components is 40.")
    if v2 and text > 4000:
        message = "The total text content of the components must be 4000 or fewer in length."
        form.wrong(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def walk(components: list[Json], path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Give every component with its place, those inside others too."""
    for at, component in enumerate(components):
        here = (*path, at)
        yield here, component
        yield from walk(component.get("components") or [], (*here, "components"))
        for name in ("accessory", "component"):
            if isinstance(component.get(name), dict):
                yield (*here, name), component[name]


def _check(form: Form, path: Path, component: Json, *, top: bool, v2: bool) -> None:
    kind = component.get("type")
    if top and not v2 and kind != ROW:
        form.wrong((*path, "type"), "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
    elif kind == ROW:
        _check_row(form, path, component.get("components") or [])
    elif kind == BUTTON:
        _check_button(form, path, component)
    elif kind in SELECTS:
        _check_select(form, path, component)


def _unique(form: Form, path: Path, component: Json, seen: set[str]) -> None:
    custom_id = component.get("custom_id")
    if custom_id is None:
        return
    form.longest((*path, "custom_id"), custom_id, 100, 1)
    if custom_id in seen:
        message = "Component custom id cannot be duplicated"
        form.wrong((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    seen.add(custom_id)


def _check_row(form: Form, path: Path, inner: list[Json]) -> None:
    weight = sum(5 if one.get("type") in SELECTS else 1 for one in inner)
    if not 1 <= weight <= 5:
        form.wrong((*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")


def _check_button(form: Form, path: Path, button: Json) -> None:
    form.longest((*path, "label"), button.get("label"), 80)
    style = button.get("style")
    if style not in range(1, 7):
        form.wrong((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
    if style == LINK:
        form.required((*path, "url"), button.get("url"))
        form.longest((*path, "url"), button.get("url"), 512)
    elif style != PREMIUM:
        form.required((*path, "custom_id"), button.get("custom_id"))
    if not button.get("label") and not button.get("emoji") and style != PREMIUM:
        form.wrong((*path,), "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")


def _check_select(form: Form, path: Path, select: Json) -> None:
    form.required((*path, "custom_id"), select.get("custom_id"))
    form.longest((*path, "placeholder"), select.get("placeholder"), 150)
    if select.get("type") != STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        form.wrong((*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    for at, option in enumerate(options):
        for name in ("label", "value", "description"):
            form.longest((*path, "options", at, name), option.get(name), 100, 0 if name == "description" else 1)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        form.wrong(
            (*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
        )
