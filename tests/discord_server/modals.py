"""Modals: what they ask, and what submitting them sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.discord_server import components
from tests.discord_server.commands import NotOfferedError
from tests.discord_server.components import CHECKBOX, CHECKBOXES, LABEL, RADIO, ROW, TEXT_INPUT, UPLOAD
from tests.discord_server.entities import Attachment, Json
from tests.discord_server.messages import Interaction

INPUTS = (TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX, *components.MENUS)
Attach = Callable[[tuple[str, bytes]], Attachment]
"""Keeps a file that somebody picked."""


@dataclass(slots=True, kw_only=True, eq=False)
class Modal:
    """One modal on somebody's screen."""

    title: str
    custom_id: str
    components: list[Json]
    opener: Interaction
    """The command or press that it answers."""

    @property
    def inputs(self) -> dict[str, Json]:
        """Its inputs by their labels, in order."""
        found: dict[str, Json] = {}
        for outer in components.walk(self.components):
            if outer["type"] == LABEL:
                found[str(outer["label"])] = outer["component"]
            elif outer["type"] == ROW:
                found |= {str(one.get("label") or one["custom_id"]): one for one in outer["components"]}
        return found

    @property
    def texts(self) -> list[str]:
        """What it says beside its inputs."""
        return [str(one["content"]) for one in self.components if one["type"] == components.TEXT]

    def submitted(self, given: Mapping[str, Any], attach: Attach) -> Json:
        """Return an interaction's data: every input with what was filled in, by custom id or label.

        Raises:
            NotOfferedError: There is no such input, or Discord does not let somebody submit this.
        """
        values: dict[str, Any] = {}
        for name, value in given.items():
            values[self._named(name)] = value
        resolved: Json = {}
        filled = [_filled(one, values, attach, resolved) for one in self.components]
        data: Json = {"custom_id": self.custom_id, "components": filled}
        return data | ({"resolved": resolved} if resolved else {})

    def _named(self, name: str) -> str:
        for label, one in self.inputs.items():
            if name in (one["custom_id"], label) or name.replace("_", " ").lower() == label.lower():
                return str(one["custom_id"])
        raise NotOfferedError(f"the modal {self.title!r} has no input {name!r}; it has: {list(self.inputs)}")


def _filled(component: Json, values: Mapping[str, Any], attach: Attach, resolved: Json) -> Json:
    shown: Json = {"type": component["type"], "id": component["id"]}
    if component["type"] == ROW:
        return shown | {"components": [_filled(one, values, attach, resolved) for one in component["components"]]}
    if component["type"] == LABEL:
        return shown | {"component": _filled(component["component"], values, attach, resolved)}
    if component["type"] not in INPUTS:
        return shown
    shown["custom_id"] = component["custom_id"]
    value = values.get(component["custom_id"])
    if component["type"] == UPLOAD:
        return shown | {"values": _uploaded(component, value, attach, resolved)}
    for name, entities in components.resolved(value).items():
        resolved.setdefault(name, {}).update(entities)
    return shown | _VALUES.get(component["type"], _picked)(component, value)


def _uploaded(component: Json, value: Any, attach: Attach, resolved: Json) -> list[str]:
    given = [value] if isinstance(value, tuple) else list(value or [])
    if len(given) < (component.get("min_values", 1) if component.get("required", True) else 0):
        raise NotOfferedError(f"the upload {component['custom_id']!r} needs a file")
    attached = [attach(one) for one in given]
    if attached:
        resolved.setdefault("attachments", {}).update({str(one.id): one.as_json() for one in attached})
    return [str(one.id) for one in attached]


def _text(component: Json, value: Any) -> Json:
    text = component.get("value") or "" if value is None else str(value)
    least, most = component.get("min_length") or 0, component.get("max_length") or 4000
    if component.get("required", True) and not text:
        raise NotOfferedError(f"{component['custom_id']!r} has to be filled in")
    if text and not least <= len(text) <= most:
        raise NotOfferedError(f"{component['custom_id']!r} takes {least} to {most} characters, not {len(text)}")
    return {"value": text}


def _picked(component: Json, value: Any) -> Json:
    if value is None:
        values = [str(one["value"]) for one in component.get("options", []) if one.get("default")]
        if not values and component.get("required", True) and component.get("min_values", 1):
            raise NotOfferedError(f"{component['custom_id']!r} has to be chosen")
        return {"values": values}
    return {"values": components.chosen(component, value)}


def _radio(component: Json, value: Any) -> Json:
    values = _picked(component, value)["values"]
    return {"value": values[0] if values else None}


_VALUES: dict[int, Callable[[Json, Any], Json]] = {
    TEXT_INPUT: _text,
    RADIO: _radio,
    CHECKBOX: lambda component, value: {"value": bool(component.get("default") if value is None else value)},
}
