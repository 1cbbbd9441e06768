"""Files as the journal keeps them: with their bytes, so that a replay shows and uses the very same."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from bot.domain import Attachment


def encode_files(files: Iterable[Attachment]) -> list[list[str]]:
    """Return files as JSON."""
    return [[file.name, file.media_type, base64.b64encode(file.data).decode("ascii")] for file in files]


def decode_files(value: Iterable[list[str]]) -> tuple[Attachment, ...]:
    """Return the files that `encode_files` was given."""
    return tuple(
        Attachment(name=name, media_type=media_type, data=base64.b64decode(data)) for name, media_type, data in value
    )
