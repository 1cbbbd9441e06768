"""What names and values of settings look like, whatever they are about."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

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


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like one that is not known; empty: none is like it."""
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.5)), "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return how a sentence ends that says a name is not known."""
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else "."


def refuse_unknown(keys: Iterable[object], known: Collection[str], what: str) -> None:
    """Raise a ValueError for the first key that is not known, with the nearest one that is.

    Args:
        keys: What stands there.
        known: What may stand there.
        what: What the error says that there is none of; `{key}` is the key.
    """
    for key in keys:
        if key not in known:
            near = nearest(str(key), known)
            meant = f"did you mean {near}" if near else f"there are {', '.join(known)}"
            raise ValueError(f"{what.format(key=repr(key))}; {meant}")


class NamedPart(BaseModel):
    """What stands under one name: a mapping of known keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]
    """What it looks like in the file."""

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValueError(f"this must be a mapping, such as {cls.example}")
        refuse_unknown(value, cls.model_fields, "there is no {key} here")
        return value
