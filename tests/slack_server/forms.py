"""Fills in a form as a person does, and finds what can be pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.slack_server import rendering
from tests.slack_server.entities import Json


class NotThereError(AssertionError):
    """A person cannot do this: what would have to be pressed or filled in is not there."""


def find(blocks: list[Json], wanted: str, kinds: tuple[str, ...] = ("button",), nth: int = 1) -> tuple[Json, Json]:
    """Return the block and the element with this action id or this label; `nth` where several have it.

    Raises:
        NotThereError: No such element; names those that are there.
    """
    usable = [(block, element) for block, element in rendering.elements(blocks) if element["type"] in kinds]
    found = [one for one in usable if wanted in (one[1]["action_id"], _label(*one))]
    if len(found) >= nth:
        return found[nth - 1]
    there = [f"{_label(block, element)!r} ({element['action_id']})" for block, element in usable]
    raise NotThereError(f"no {' or '.join(kinds)} {wanted!r} there; there are: {', '.join(there) or 'none'}")


def _label(block: Json, element: Json) -> str:
    own = element.get("text") or block.get("label") or element.get("placeholder") or {}
    return str(own.get("text", ""))


def option(element: Json, wanted: str) -> Json:
    """Return the option with this text or value.

    Raises:
        NotThereError: No such option.
    """
    options = element.get("options") or [one for group in element.get("option_groups", []) for one in group["options"]]
    for one in options:
        if wanted in (one["text"]["text"], one["value"]):
            return dict(one)
    raise NotThereError(f"no option {wanted!r}; there are: {', '.join(one['text']['text'] for one in options)}")


def chosen(element: Json, wanted: Any) -> Json:
    """Return what an action or a state says of a choice."""
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "overflow"):
        return {"selected_option": option(element, wanted) if wanted is not None else None}
    if kind in ("multi_static_select", "checkboxes"):
        return {"selected_options": [option(element, one) for one in wanted or ()]}
    field = {"users_select": "selected_user", "conversations_select": "selected_conversation"}
    field |= {"channels_select": "selected_channel", "datepicker": "selected_date"}
    return {field.get(kind, "value"): wanted}


def fill(blocks: list[Json], given: Mapping[str, Any], *, strict: bool = True) -> Json:
    """Return the state of a form's inputs; keys are labels, action ids or block ids.

    Raises:
        NotThereError: A field is not there, a required one was left empty, or a text is too long or short,
            which Slack's own form does not let through.
    """
    left = dict(given)
    values: Json = {}
    for block, element in rendering.elements(blocks):
        if block["type"] != "input" and not _takes_value(element):
            continue
        keys = (block["block_id"], element["action_id"], _label(block, element))
        key = next((one for one in keys if one in left), None)
        wanted = left.pop(key) if key is not None else _initial(element)
        if strict:
            _permitted(block, element, wanted)
        values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"]} | chosen(
            element, wanted
        )
    if left:
        raise NotThereError(f"no field {', '.join(map(repr, left))} in this form")
    return values


def _takes_value(element: Json) -> bool:
    return element["type"] not in ("button", "overflow", "image")


def _initial(element: Json) -> Any:
    if "initial_value" in element:
        return element["initial_value"]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [one["value"] for one in element["initial_options"]]
    return element.get("initial_user")


def _permitted(block: Json, element: Json, wanted: Any) -> None:
    if block["type"] == "input" and not block.get("optional") and wanted in (None, "", [], ()):
        raise NotThereError(f"{_label(block, element)!r} is required")
    if element["type"] == "plain_text_input" and wanted:
        least, most = int(element.get("min_length", 0)), int(element.get("max_length", 3000))
        if not least <= len(wanted) <= most:
            raise NotThereError(f"{_label(block, element)!r} takes {least} to {most} characters, not {len(wanted)}")
