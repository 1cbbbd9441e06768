"""What a container's first program says, read as it comes: `within` is at the other end. Pure."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

from agents.sandbox.collect import Harvest, attachment, shown, why_skipped
from agents.sandbox.limits import Limits

_LONGEST_LINE = 1 << 16


@dataclass(slots=True)
class Said:
    """What the container's first program has said so far."""

    limits: Limits
    ready: bool = False
    done: bool = False
    ending: dict[str, Any] | None = None
    harvest: Harvest = field(default_factory=Harvest)
    _rest: bytearray = field(default_factory=bytearray)
    _file: tuple[str, int] | None = None

    def add(self, piece: bytes) -> None:
        """Take what came next.

        Raises:
            ValueError: It is not what our program says: somebody else speaks for it.
        """
        self._rest += piece
        while self._one():
            continue

    def _one(self) -> bool:
        if self._file is not None:
            path, size = self._file
            if len(self._rest) < size:
                return False
            self.harvest.files.append(attachment(path, bytes(self._rest[:size]), self.harvest.files))
            del self._rest[:size]
            self._file = None
            return True
        line, end, _ = self._rest.partition(b"\n")
        if len(line) > _LONGEST_LINE:
            raise ValueError("a line that has no end")
        if not end:
            return False
        del self._rest[: len(line) + 1]
        self._heard(json.loads(line))
        return True

    def _heard(self, words: dict[str, Any]) -> None:
        self.ready = self.ready or "ready" in words
        self.done = self.done or "done" in words
        if "code" in words:
            self.ending = words
        if "skipped" in words:
            why = why_skipped(str(words["kind"]), self.limits, int(words.get("size", 0)))
            self.harvest.skipped.append((shown(_path(words["skipped"])), why))
        if "file" in words:
            self._file = _path(words["file"]), self._checked(int(words["size"]))

    def _checked(self, size: int) -> int:
        held = sum(len(file.data) for file in self.harvest.files)
        too_many = len(self.harvest.files) >= self.limits.files
        if too_many or not 0 <= size <= self.limits.files_bytes - held or self.ending is None:
            raise ValueError("more files than it may hand out")
        return size


def _path(coded: str) -> str:
    return os.fsdecode(base64.b64decode(coded))
