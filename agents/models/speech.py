"""What counts as something said: thinking is taken out."""

from __future__ import annotations

import re

from agents.models.port import Delta

_OPEN, _CLOSE = "<think>", "</think>"
_THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)\s*", re.DOTALL)
_TAIL = re.compile(r"\A(?:(?!<think>).)*?</think>[ \t]*\r?\n\s*", re.DOTALL)
"""The end of a thought whose beginning the template said by itself."""


def without_thinking(text: str) -> str:
    """Remove the thought with which an answer begins."""
    if _CLOSE not in text and _OPEN not in text:
        return text
    return _TAIL.sub("", _THOUGHT.sub("", text, count=1), count=1)


class Spoken:
    """Passes deltas on, holding back what is being thought between `<think>` marks at the beginning."""

    def __init__(self, on_delta: Delta) -> None:
        self._on_delta = on_delta
        self._parts: list[str] = []
        self._held: str | None = ""
        """What is held back while it may still be a thought; None once plain speech has begun."""

    @property
    def text(self) -> str:
        """Everything said so far, without thoughts."""
        return without_thinking("".join(self._parts))

    def add(self, piece: str) -> None:
        """Take the next piece."""
        if not piece:
            return
        self._parts.append(piece)
        if self._held is None:
            self._on_delta(piece)
            return
        self._held += piece
        begun = self._held.lstrip()
        if begun.startswith(_OPEN):
            _, closed, rest = begun.partition(_CLOSE)
            self._release(rest.lstrip() if closed else "")
        elif not _OPEN.startswith(begun):
            self._release(self._held)

    def _release(self, text: str) -> None:
        if text:
            self._held = None
            self._on_delta(text)
