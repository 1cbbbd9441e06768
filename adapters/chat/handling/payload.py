"""Looking into JSON that may be anything: what is not there, or is something else, is empty. Pure."""

from __future__ import annotations

from typing import Any

from bot.domain import Json


def at(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def object_at(value: Any, *path: str) -> Json:
    """Return the object at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def objects_at(value: Any, *path: str) -> list[Json]:
    """Return the objects of the list at a path."""
    found = at(value, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text_at(value: Any, *path: str) -> str:
    """Return the text at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def texts_at(value: Any, *path: str) -> tuple[str, ...]:
    """Return the texts of the list at a path."""
    found = at(value, *path)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
