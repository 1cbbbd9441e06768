"""How a text is searched for."""

from __future__ import annotations

ANY = "*"
"""In a person's name: any workspace."""


def containing(text: str) -> str:
    """Return the pattern of what contains a text, for `LIKE` with the escape `/`."""
    return f"%{literally(text)}%"


def in_any_workspace(person: str) -> str | None:
    """Return the pattern of a person who is named as `adapter:*:id`; None: they are named otherwise."""
    adapter, *rest = person.split(":")
    if len(rest) != 2 or rest[0] != ANY:
        return None
    return f"{literally(adapter)}:%:{literally(rest[1])}"


def literally(text: str) -> str:
    """Return the pattern of nothing but a text."""
    for letter in "/%_":
        text = text.replace(letter, f"/{letter}")
    return text
