"""Server-sent events of OpenAI's dialect: bytes as they arrive become the chunks of an answer. Pure."""

from __future__ import annotations

import json
from typing import Any

Chunk = dict[str, Any]


class Events:
    """Reads one stream."""

    def __init__(self) -> None:
        self._rest = b""
        self.done = False
        """Whether the end mark has come."""
        self.refused: object = None
        """What the server says went wrong, as it says it."""
        self.broken: ValueError | None = None
        """Why the stream is none of this dialect."""

    @property
    def over(self) -> bool:
        """Whether nothing that comes after is looked at."""
        return self.done or self.refused is not None or self.broken is not None

    def take(self, data: bytes) -> list[Chunk]:
        """Take what has arrived and return the chunks that are whole by now."""
        lines = (self._rest + data).splitlines(keepends=True)
        # A line that ends in a carriage return may still get its line feed.
        self._rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        chunks: list[Chunk] = []
        for line in lines:
            chunk = self._chunk(line)
            if self.over:
                break
            if chunk is not None:
                chunks.append(chunk)
        return chunks

    def end(self) -> list[Chunk]:
        """Return what stood in a last line that was never ended."""
        return self.take(b"\n")

    def _chunk(self, line: bytes) -> Chunk | None:
        field, _, data = line.partition(b":")
        text = data.decode("utf-8", "replace").strip()
        if field != b"data" or not text:
            return None
        if text == "[DONE]":
            self.done = True
            return None
        try:
            chunk = json.loads(text)
        except ValueError as error:
            self.broken = error
            return None
        return self._object(chunk)

    def _object(self, chunk: object) -> Chunk | None:
        if not isinstance(chunk, dict):
            self.broken = ValueError("a chunk that is no object")
            return None
        if error := chunk.get("error"):
            self.refused = error
        return chunk
