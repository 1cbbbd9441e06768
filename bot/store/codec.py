"""Values of the domain as JSON text and back, exactly.

The conversion follows the dataclasses' own annotations, so a field added to the domain with a default needs no change
here and rows written before it still read. Bytes are base64, times ISO 8601 in UTC, and text keeps every code point
that Python's strings can hold, lone surrogates included.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Convert = Callable[[Any], Any]
Pair = tuple[Convert, Convert]
"""How a value becomes JSON, and how it comes back."""

_READABLE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_DECODER = json.JSONDecoder()
_ESCAPED = json.JSONEncoder(separators=(",", ":"))


def dumps(value: Any) -> str:
    """Return JSON text that every database takes.

    Raises:
        TypeError: The value is not JSON.
    """
    text = _READABLE.encode(value)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form; escaped it survives.
        return _ESCAPED.encode(value)
    # PostgreSQL's text refuses NUL; JSON escapes it, so none is left here.
    return text


def loads(text: str) -> Any:
    """Read JSON text back."""
    return _DECODER.decode(text)


def stamp(moment: datetime) -> str:
    """Return a time as text of fixed width that sorts as the times do.

    Raises:
        ValueError: The time is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} is naive; times are aware UTC")
    universal = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return universal.isoformat(timespec="microseconds")


def moment_of(text: str) -> datetime:
    """Read a time back."""
    return datetime.fromisoformat(text)


def optional_stamp(moment: datetime | None) -> str | None:
    """Return a time as text where there is one."""
    return None if moment is None else stamp(moment)


def optional_moment(text: str | None) -> datetime | None:
    """Read a time back where there is one."""
    return None if text is None else moment_of(text)


def pack(value: Any) -> str:
    """Return a domain value as JSON text."""
    kind: Any = type(value)
    return dumps(_pair(kind)[0](value))


def unpack(kind: type[T], text: str) -> T:
    """Read a domain value of this type back."""
    hint: Any = kind
    value: T = _pair(hint)[1](loads(text))
    return value


def pack_optional(value: Any) -> str | None:
    """Return a domain value as JSON text where there is one."""
    return None if value is None else pack(value)


def unpack_optional(kind: type[T], text: str | None) -> T | None:
    """Read a domain value of this type back where there is one."""
    return None if text is None else unpack(kind, text)


def _same(value: Any) -> Any:
    return value


_PLAIN: Pair = (_same, _same)
_LEAVES: dict[Any, Pair] = {
    datetime: (stamp, moment_of),
    bytes: (lambda data: b64encode(data).decode("ascii"), b64decode),
}


@cache
def _pair(hint: Any) -> Pair:
    if isinstance(hint, NewType):
        return _pair(hint.__supertype__)
    if hint in _LEAVES:
        return _LEAVES[hint]
    if get_origin(hint) is not None:
        return _generic(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        # JSON writes its members as the texts that they are.
        return (_same, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return (lambda member: member.value, hint)
    return _PLAIN


def _generic(hint: Any) -> Pair:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _or_none(*(argument for argument in arguments if argument is not NoneType))
    if origin is tuple:
        return _sequence(arguments[0])
    return _PLAIN


def _or_none(hint: Any) -> Pair:
    out, back = _pair(hint)
    if (out, back) == _PLAIN:
        return _PLAIN
    return (
        lambda value: None if value is None else out(value),
        lambda value: None if value is None else back(value),
    )


def _sequence(hint: Any) -> Pair:
    if hint is str:
        # JSON writes a tuple as a list.
        return (_same, tuple)
    # Looked up late: a turn folds turns.
    return (
        lambda values: [_pair(hint)[0](value) for value in values] if values else [],
        lambda values: tuple(_pair(hint)[1](value) for value in values) if values else (),
    )


def _record(kind: Any) -> Pair:
    hints = get_type_hints(kind)
    pairs = {field.name: _pair(hints[field.name]) for field in fields(kind)}
    names = tuple(pairs)
    values_of = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    # Most fields are JSON as they are.
    outs = [(name, pair[0]) for name, pair in pairs.items() if pair[0] is not _same]
    backs = [(name, pair[1]) for name, pair in pairs.items() if pair[1] is not _same]

    def out(value: Any) -> dict[str, Any]:
        found = dict(zip(names, values_of(value), strict=True))
        for name, convert in outs:
            found[name] = convert(found[name])
        return found

    def back(found: dict[str, Any]) -> Any:
        known = {name: found[name] for name in names if name in found}
        for name, convert in backs:
            if name in known:
                known[name] = convert(known[name])
        return kind(**known)

    return out, back
