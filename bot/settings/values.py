"""What values of settings look like, whatever platform they are for."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


def listed(value: object) -> object:
    """Return the values of a setting that stand in one line, parted by commas or spaces; other forms as they are."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


def checked_address(value: str, example: str) -> str:
    """Return an HTTP address; it holds no name, password or query.

    Raises:
        ValueError: It is none; an example says what one looks like.
    """
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"this must be an address such as {example}")
    return value
