"""How a text is searched for."""

from __future__ import annotations


def containing(text: str) -> str:
    """Return the pattern of what contains a text, for `LIKE` with the escape `/`."""
    for letter in "/%_":
        text = text.replace(letter, f"/{letter}")
    return f"%{text}%"
