"""What a person is told of a wrong value: a sentence that says where it stands and what it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings.exceptions import SettingsError as VendorSettingsError

from bot.settings.variables import BARE, EXAMPLES, is_set, variable_of

_WORDS = {
    "int_parsing": "this must be a whole number",
    "int_type": "this must be a whole number",
    "int_from_float": "this must be a whole number",
    "bool_parsing": "this must be true or false",
    "bool_type": "this must be true or false",
    "greater_than_equal": "this must be at least {ge}",
    "less_than_equal": "this must be at most {le}",
    "literal_error": "this must be {expected}",
    "string_type": "this must be text",
    "string_too_short": "this must not be empty",
    "dict_type": "this must be a mapping of names to values",
    "path_type": "this must be a path",
    "missing": "this is not there, and must be",
}
"""What the validation's kinds of error mean to a person; others stand in its own words."""
_NAMES = {variable: name for name, variable in BARE.items()}
"""The validation knows these settings by their variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where values of settings came from; the environment wins."""

    environment: Mapping[str, str]
    file: Path | None
    lines: Mapping[str, int]
    """The line of each key of the file, and of each entry: `permissions`, `permissions.0`, `permissions.0.start`."""


def first_wrong(error: ValidationError, sources: Sources) -> str:
    """Say what is wrong with the first wrong value."""
    first = error.errors(include_input=False, include_url=False)[0]
    message = _WORDS.get(first["type"], "{msg}").format(**first, **first.get("ctx", {}))
    message = message.removeprefix("Value error, ")
    if not first["loc"]:
        return f"{message}."
    outer, *inside = first["loc"]
    name = _NAMES.get(str(outer), str(outer))
    inner = "".join(f", entry {part + 1}" if isinstance(part, int) else f", {part}" for part in inside)
    return f"{_place(name, inside, sources)}{inner}: {message}."


def _place(name: str, inside: list[int | str], sources: Sources) -> str:
    """Say where a setting stands, in the file by the line of the innermost part that has one."""
    if is_set(name, sources.environment):
        return f"{variable_of(name)} in the environment"
    paths = (".".join(map(str, (name, *inside[:depth]))) for depth in range(len(inside), -1, -1))
    line = next((sources.lines[path] for path in paths if path in sources.lines), None)
    return name if line is None else f"{sources.file}:{line}: {name}"


def not_json(error: VendorSettingsError) -> str:
    """Name the variable that is a mapping and could not be read; the error tells it only in its words."""
    name = next(name for name in EXAMPLES if f'"{name}"' in str(error))
    return f"{variable_of(name)} in the environment: this is not JSON such as {EXAMPLES[name]}."
