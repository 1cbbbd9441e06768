"""Files as the journal keeps them: with their bytes, so that a replay uses the very same; and their hashes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping

from bot.domain import Attachment


def encode_files(files: Iterable[Attachment]) -> list[list[str]]:
    """Return files as JSON."""
    return [[file.name, file.media_type, base64.b64encode(file.data).decode("ascii")] for file in files]


def decode_files(value: Iterable[list[str]]) -> tuple[Attachment, ...]:
    """Return the files that `encode_files` was given."""
    return tuple(
        Attachment(name=name, media_type=media_type, data=base64.b64decode(data)) for name, media_type, data in value
    )


class FileHashes:
    """The SHA-256 of files, worked out once for each version of a file: a run has the same ones turn after turn."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, str]] = {}

    def of(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Return the hash of each file, by name."""
        return {name: self._of(name, data) for name, data in files.items()}

    def _of(self, name: str, data: bytes) -> str:
        known = self._known.get(name)
        if known is None or known[0] is not data:
            known = self._known[name] = data, hashlib.sha256(data).hexdigest()
        return known[1]
