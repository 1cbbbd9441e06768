"""The settings file: its values, the line of each key, and what would make it say less than its writer meant.

A key that stands twice, or a file of almost the right name, is refused: whoever wrote it believes that it counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError
from bot.settings.values import did_you_mean

FILE_NAME = "threadfast.yaml"
LINES_DEPTH = 4
"""How deep lines of the file are known: an alias can make it endless."""
_ALMOST = re.compile(r"[.]?thread[-_ ]?fast[ ]?[.](ya?ml)([.]txt)?")


def found_in(places: Sequence[Path]) -> Path | None:
    """Return the first settings file of these folders.

    Raises:
        SettingsError: A folder that was looked into has a file of almost the name, which would count for nothing.
    """
    for place in places:
        for name in _names(place):
            if almost(name):
                raise SettingsError(
                    f"{place / name}: this is not read, for settings are in {FILE_NAME} alone. "
                    f"Rename it to {FILE_NAME}, or give it another name if it is not meant."
                )
        if (place / FILE_NAME).is_file():
            return place / FILE_NAME
    return None


def almost(name: str) -> bool:
    """Say whether a file's name is nearly that of the settings file, and is not."""
    return name != FILE_NAME and _ALMOST.fullmatch(name.casefold()) is not None


def _names(place: Path) -> list[str]:
    try:
        with os.scandir(place) as entries:
            return sorted(entry.name for entry in entries if "fast" in entry.name.casefold() and entry.is_file())
    except OSError:
        return []  # there is none, or nobody may look into it: then nothing in it was meant to count


def read_file(file: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the file's values and the line of each key.

    Raises:
        SettingsError: It cannot be read, is no mapping, or says something twice.
    """
    try:
        text = file.read_text("utf-8")
        root = yaml.compose(text, yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SettingsError(f"{file}{line}: this is not YAML: {error.problem}.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}.") from error
    if values is None:
        return {}, {}
    if not isinstance(values, dict) or not isinstance(root, yaml.MappingNode):
        raise SettingsError(f"{file}: this must be a list of `setting: value`.")
    _refuse_twice(file, root)
    return {str(key): value for key, value in values.items()}, dict(_lines(root, ""))


def refuse_unknown_keys(file: Path, lines: Mapping[str, int], keys: Collection[str], known: Collection[str]) -> None:
    """Refuse keys of the file that set nothing.

    Raises:
        SettingsError: There is one; the error names its line and the nearest key that sets something.
    """
    for key in keys:
        if key not in known:
            raise SettingsError(f"{file}:{lines[key]}: there is no setting {key!r}{did_you_mean(key, known)}")


def _refuse_twice(file: Path, root: yaml.Node) -> None:
    """Refuse a key that stands twice in one mapping: YAML would let the last one win, and drop the others unsaid."""
    seen, front = {id(root)}, [root]
    while front:
        node = front.pop()
        inside = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else []
        inside += node.value if isinstance(node, yaml.SequenceNode) else []
        if isinstance(node, yaml.MappingNode):
            _refuse_again(file, node)
        # An alias is the same node again: each is looked at once, however often it is named.
        front += [part for part in inside if id(part) not in seen]
        seen.update(map(id, inside))


def _refuse_again(file: Path, node: yaml.MappingNode) -> None:
    first: dict[str, int] = {}
    for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
        line = key.start_mark.line + 1
        if key.value in first:
            raise SettingsError(
                f"{file}:{line}: {key.value} stands here a second time, after line {first[key.value]}; "
                "only one of them would count. Leave one out."
            )
        first[key.value] = line


def _lines(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    """Give the line of each key and each entry: `permissions`, `permissions.0`, `permissions.0.start`, four deep."""
    if path.count(".") == LINES_DEPTH:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield f"{path}{key.value}", key.start_mark.line + 1
            yield from _lines(value, f"{path}{key.value}.")
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            yield f"{path}{at}", value.start_mark.line + 1
            yield from _lines(value, f"{path}{at}.")
