"""What Slack refuses in blocks, as it says it: a pointer to the place and the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tests.slack_server.entities import Json

Errors = list[str]


def wrong(errors: Errors, where: str, what: str) -> None:
    """Note what is wrong and where."""
    errors.append(f"{what} [json-pointer:{where}]")


def check_blocks(blocks: Any, limit: int = 50, where: str = "/blocks") -> Errors:
    """Return what is wrong with the blocks of a message or a view; empty: nothing."""
    errors: Errors = []
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{where}]"]
    if len(blocks) > limit:
        wrong(errors, where, f"no more than {limit} items allowed")
    for at, block in enumerate(blocks):
        _block(block, f"{where}/{at}", errors)
    _unique((block.get("block_id") for block in blocks if isinstance(block, dict)), where, "block_id", errors)
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if _is(block, "markdown"))
    if markdown > 12_000:
        wrong(errors, where, "markdown blocks may have no more than 12000 characters together")
    if sum(_is(block, "table") for block in blocks) > 1:
        wrong(errors, where, "only one table allowed")
    return errors


def size(blocks: Any) -> int:
    """Return how much of a message's room blocks take: their texts' characters, and some for each block."""
    return sum(125 + _characters(block) for block in blocks)


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(map(_characters, value.values()))
    return sum(map(_characters, value)) if isinstance(value, list) else 0


def _is(block: Any, kind: str) -> bool:
    return isinstance(block, dict) and block.get("type") == kind


def _block(block: Any, where: str, errors: Errors) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in BLOCKS:
        wrong(errors, f"{where}/type", f"unsupported type: {kind}")
        return
    length(block.get("block_id", "x"), 255, f"{where}/block_id", errors)
    BLOCKS[kind](block, where, errors)


def length(value: Any, most: int, where: str, errors: Errors, *, least: int = 1) -> None:
    """Check that a value is text of a permitted length."""
    if not isinstance(value, str):
        wrong(errors, where, "must be a string")
    elif len(value) > most:
        wrong(errors, where, f"must be less than {most + 1} characters")
    elif len(value) < least:
        wrong(errors, where, f"must be more than {least - 1} characters")


def text(value: Any, most: int, where: str, errors: Errors, *, plain: bool = False) -> None:
    """Check a text object."""
    if not isinstance(value, dict) or "text" not in value:
        wrong(errors, where, "missing required field: text")
        return
    if value.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        wrong(errors, f"{where}/type", f"unsupported type: {value.get('type')}")
    length(value["text"], most, f"{where}/text", errors)


def _unique(values: Iterable[Any], where: str, name: str, errors: Errors) -> None:
    seen: set[Any] = set()
    for value in values:
        if value is not None and value in seen:
            wrong(errors, where, f"{name} `{value}` already exists")
        seen.add(value)


def _section(block: Json, where: str, errors: Errors) -> None:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        wrong(errors, where, "missing required field: text")
    if "text" in block:
        text(block["text"], 3000, f"{where}/text", errors)
    if len(fields) > 10:
        wrong(errors, f"{where}/fields", "no more than 10 items allowed")
    for at, field in enumerate(fields):
        text(field, 2000, f"{where}/fields/{at}", errors)
    if "accessory" in block:
        _element(block["accessory"], f"{where}/accessory", errors)


def _header(block: Json, where: str, errors: Errors) -> None:
    text(block.get("text"), 150, f"{where}/text", errors, plain=True)


def _markdown(block: Json, where: str, errors: Errors) -> None:
    length(block.get("text"), 12_000, f"{where}/text", errors)


def _context(block: Json, where: str, errors: Errors) -> None:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        wrong(errors, f"{where}/elements", "must have 1 to 10 items")
    for at, element in enumerate(elements):
        if element.get("type") != "image":
            text(element, 3000, f"{where}/elements/{at}", errors)


def _actions(block: Json, where: str, errors: Errors) -> None:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        wrong(errors, f"{where}/elements", "must have 1 to 25 items")
    for at, element in enumerate(elements):
        _element(element, f"{where}/elements/{at}", errors)
    _unique((element.get("action_id") for element in elements), where, "action_id", errors)


def _input(block: Json, where: str, errors: Errors) -> None:
    text(block.get("label"), 2000, f"{where}/label", errors, plain=True)
    if "hint" in block:
        text(block["hint"], 2000, f"{where}/hint", errors, plain=True)
    _element(block.get("element"), f"{where}/element", errors)


def _image(block: Json, where: str, errors: Errors) -> None:
    length(block.get("alt_text"), 2000, f"{where}/alt_text", errors)
    if "slack_file" not in block:
        length(block.get("image_url"), 3000, f"{where}/image_url", errors)


def _anything(block: Json, where: str, errors: Errors) -> None:
    """Accept what is not looked into."""


def _rich(block: Json, where: str, errors: Errors) -> None:
    if not isinstance(block.get("elements"), list):
        wrong(errors, f"{where}/elements", "missing required field: elements")


BLOCKS: dict[Any, Callable[[Json, str, Errors], None]] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": _rich,
    "divider": _anything,
    "context_actions": _anything,
    "file": _anything,
    "table": _anything,
    "video": _anything,
}

_OTHER = frozenset(
    {"overflow", "datepicker", "timepicker", "users_select", "conversations_select", "channels_select"}
    | {"multi_users_select", "external_select", "email_text_input", "url_text_input", "file_input"}
    | {"image", "feedback_buttons", "icon_button"}
)
_CHOICES = frozenset({"static_select", "multi_static_select", "radio_buttons", "checkboxes"})


def _element(element: Any, where: str, errors: Errors) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if "action_id" in (element or {}):
        length(element["action_id"], 255, f"{where}/action_id", errors)
    if kind == "button":
        _button(element, where, errors)
    elif kind in _CHOICES:
        _choices(element, where, errors)
    elif kind in ("plain_text_input", "number_input"):
        _text_input(element, where, errors)
    elif kind not in _OTHER:
        wrong(errors, f"{where}/type", f"unsupported type: {kind}")


def _button(element: Json, where: str, errors: Errors) -> None:
    text(element.get("text"), 75, f"{where}/text", errors, plain=True)
    length(element.get("value", "x"), 2000, f"{where}/value", errors, least=0)
    if element.get("style", "primary") not in ("primary", "danger"):
        wrong(errors, f"{where}/style", "unsupported style")
    if "url" in element:
        length(element["url"], 3000, f"{where}/url", errors)
    if "confirm" in element:
        text(element["confirm"].get("title"), 100, f"{where}/confirm/title", errors, plain=True)
        text(element["confirm"].get("text"), 300, f"{where}/confirm/text", errors)


def _choices(element: Json, where: str, errors: Errors) -> None:
    options = element.get("options") or [one for group in element.get("option_groups", []) for one in group["options"]]
    most = 100 if "select" in element["type"] else 10
    if not 1 <= len(options) <= most:
        wrong(errors, f"{where}/options", f"must have 1 to {most} items")
    for at, option in enumerate(options):
        text(option.get("text"), 75, f"{where}/options/{at}/text", errors)
        length(option.get("value"), 150, f"{where}/options/{at}/value", errors)
    if "placeholder" in element:
        text(element["placeholder"], 150, f"{where}/placeholder", errors, plain=True)
    initial = element.get("initial_option")
    if initial is not None and initial not in options:
        wrong(errors, f"{where}/initial_option", "must be one of the options")


def _text_input(element: Json, where: str, errors: Errors) -> None:
    if "placeholder" in element:
        text(element["placeholder"], 150, f"{where}/placeholder", errors, plain=True)
    length(element.get("initial_value", "x"), 3000, f"{where}/initial_value", errors, least=0)
    if not 1 <= int(element.get("max_length", 3000)) <= 3000:
        wrong(errors, f"{where}/max_length", "must be between 1 and 3000")
