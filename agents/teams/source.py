"""Reads a team file: its bytes become plain values, with the line of every key.

Everything that could be wrong with a file before its meaning is asked for ends here as a TeamFileError.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import TeamFileError

LARGEST = 1024 * 1024
DEEPEST = 30

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file's values and where they stand."""

    file: str
    values: Any
    lines: dict[Path_, int] = field(default_factory=dict)
    """From the path of a key or an item to its line, counted from 1."""

    def error(self, message: str, path: Path_ = ()) -> TeamFileError:
        """Compose the error for a path; a path that is not in the file gets its nearest parent's line."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return TeamFileError(message, file=self.file, line=self.lines.get(known, 1), key=key_of(path))


def key_of(path: Path_) -> str:
    """Write a path as people read it: `agents.coder.tools[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path) -> Source:
    """Read a team file.

    Raises:
        TeamFileError: It cannot be read, is too large, is not UTF-8 or is not one YAML mapping.
    """
    return parse(_text(path), str(path))


def _text(path: Path) -> str:
    file = str(path)
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise TeamFileError(f"cannot be read: {error.strerror or error}", file=file) from error
    if len(data) > LARGEST:
        raise TeamFileError("is larger than 1 MiB, which no team needs", file=file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TeamFileError("is not UTF-8; save it with that encoding", file=file, line=line) from error


def parse(text: str, file: str) -> Source:
    """Parse a team file's text; see `read`."""
    loader = _Loader(text, file)
    try:
        node = loader.get_single_node()
        if node is None:
            raise TeamFileError("is empty; a team needs at least name, kind and agents", file=file, line=1)
        values = loader.convert(node, ())
    except yaml.YAMLError as error:
        raise _translate(error, file) from error
    except (ValueError, RecursionError) as error:
        raise TeamFileError(f"holds a value that cannot be read: {error}", file=file, line=1) from error
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        raise TeamFileError("must be a mapping of keys such as name, kind and agents", file=file, line=1)
    return Source(file, values, loader.lines)


class _Loader(yaml.SafeLoader):
    """YAML's safe subset without aliases, without endless depth and with each key once."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.depth = 0
        self.lines: dict[Path_, int] = {}
        try:
            super().__init__(text)
        except yaml.YAMLError as error:
            raise _translate(error, file) from error

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            raise self.wrong("aliases such as `*name` are not allowed; write the value out", self._next())
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"is nested more than {DEEPEST} levels deep", self._next())
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def _next(self) -> Any:
        return self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it untyped

    def wrong(self, message: str, at: Any, key: str = "") -> TeamFileError:
        return TeamFileError(message, file=self.file, line=at.start_mark.line + 1, key=key)

    def convert(self, node: Node, path: Path_) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            return [self.convert(item, (*path, at)) for at, item in enumerate(node.value)]
        if not isinstance(node, ScalarNode):
            raise self.wrong(f"the tag {node.tag} is not allowed", node, key_of(path))
        return self._scalar(node, path)

    def _scalar(self, node: ScalarNode, path: Path_) -> Any:
        try:
            value = self.construct_object(node)
        except (yaml.constructor.ConstructorError, ValueError) as error:
            reason = getattr(error, "problem", None) or str(error)
            raise self.wrong(f"cannot be read: {reason}", node, key_of(path)) from error
        if isinstance(value, float) and not abs(value) < float("inf"):
            raise self.wrong("must be a finite number", node, key_of(path))
        return value

    def _mapping(self, node: MappingNode, path: Path_) -> dict[Hashable, Any]:
        made: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, str):
                raise self.wrong("a key must be a plain word", key_node, key_of(path))
            if key in made:
                raise self.wrong("stands here a second time", key_node, key_of((*path, key)))
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            made[key] = self.convert(value_node, (*path, key))
        return made


def _translate(error: yaml.YAMLError, file: str) -> TeamFileError:
    """Say in one sentence what the YAML parser met."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if "'\\t'" in problem:
        problem = "a tab stands where only spaces may: indent with spaces"
    elif "expected a single document" in str(error):
        problem = "holds several documents (`---`); a file is one team"
    else:
        problem = f"is not valid YAML: {problem}"
    return TeamFileError(problem, file=file, line=None if mark is None else mark.line + 1)
