"""What values of settings look like, whatever platform they are for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

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


def refuse_unknown(keys: Iterable[object], known: Collection[str], what: str) -> None:
    """Raise a ValueError for the first key that is not known, with the nearest one that is.

    Args:
        keys: What stands there.
        known: What may stand there.
        what: What the error says that there is none of; `{key}` is the key.
    """
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
            meant = f"did you mean {near[0]}" if near else f"there are {', '.join(known)}"
            raise ValueError(f"{what.format(key=repr(key))}; {meant}")
