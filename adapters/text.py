"""Text that platforms share: splitting what is too long, and showing what would be invisible."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

SMALLEST_LIMIT = 32
"""Below this there would be no room for a fence's marks and a word."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*?)[ \t]*$")
_NOTATION = re.compile("⟦U\\+([0-9A-F]{4,6})⟧")
_BLANK_LETTERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u2d7f\u3164\uffa0\U0001107f\U00013441\U00013442\U00016fe4\U0001d159"
)
"""Letters, marks and signs that show nothing, though their category says otherwise."""
_UNUSUAL = re.compile(r"[^\n\t -~]")
"""What might be hidden; asking about every character would be slow."""
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_STEERS = re.compile(f"[{_CONTROLS}{_BIDI}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a split text; the bodies of all pieces, joined, are the text."""

    prefix: str = ""
    """Opens again the fence that the previous piece had to close."""
    body: str = ""
    suffix: str = ""
    """Closes a fence that goes on in the next piece."""

    def __str__(self) -> str:
        return self.prefix + self.body + self.suffix


@dataclass(frozen=True, slots=True)
class _Fence:
    mark: str
    info: str

    @property
    def reopening(self) -> str:
        return f"{self.mark}{self.info}\n"

    def closing(self, body: str) -> str:
        return self.mark if body.endswith("\n") or not body else f"\n{self.mark}"


def split(text: str, limit: int) -> list[str]:
    """Split a text into parts of at most `limit` characters, at line ends where possible.

    A code fence that spans parts is closed at the end of one and opened again, with its language, in the next.
    An empty text is one empty part.
    """
    return [str(piece) for piece in pieces(text, limit)] or [""]


def pieces(text: str, limit: int) -> list[Piece]:
    """Split a text and tell what was added to each part; the bodies alone are the whole text.

    Raises:
        ValueError: The limit is below `SMALLEST_LIMIT`.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a limit of {limit} is too small to split for; at least {SMALLEST_LIMIT}")
    done: list[Piece] = []
    piece, fence = Piece(), None
    for line in text.splitlines(keepends=True):
        after = _fence_after(fence, line, limit)
        for part in _fitting(line, limit - max(_marks(fence), _closing_room(after))):
            grown = replace(piece, body=piece.body + part)
            if piece.body and len(str(grown)) + _closing_room(after or fence) > limit:
                done.append(replace(piece, suffix=fence.closing(piece.body) if fence else ""))
                grown = Piece(prefix=fence.reopening if fence else "", body=part)
            piece = grown
        fence = after
    return [*done, piece] if piece.body else done


def _closing_room(fence: _Fence | None) -> int:
    return len(fence.mark) + 1 if fence else 0


def _marks(fence: _Fence | None) -> int:
    return len(fence.reopening) + _closing_room(fence) if fence else 0


def _fence_after(fence: _Fence | None, line: str, limit: int) -> _Fence | None:
    found = _FENCE.match(line.rstrip("\r\n"))
    if found is None:
        return fence
    mark, info = found.groups()
    if fence is None:
        # A mark or a language too long to repeat is no fence that anybody wrote on purpose.
        return _Fence(mark, info) if 2 * len(mark) + len(info) + 2 <= limit // 2 else None
    closes = mark[0] == fence.mark[0] and len(mark) >= len(fence.mark) and not info
    return None if closes else fence


def _fitting(line: str, room: int) -> Iterator[str]:
    """Yield a line's parts of at most `room` characters, cut at spaces where there are any."""
    while len(line) > room:
        cut = line.rfind(" ", room // 2, room) + 1 or _before_mark(line, room)
        yield line[:cut]
        line = line[cut:]
    yield line


def _before_mark(line: str, cut: int) -> int:
    """Move a cut so that a combining mark or a joined emoji stays with what it belongs to."""
    at = cut
    while at > cut // 2 and (unicodedata.category(line[at]) in ("Mn", "Me", "Cf") or line[at - 1] == "\u200d"):
        at -= 1
    return at if at > cut // 2 else cut


def visible(text: str) -> str:
    """Show every character that a reader would not see, or would take for another, as `⟦U+200B⟧`.

    Line ends, tabs and plain spaces stay. `revealed` turns the result back into exactly the same text.
    """
    return _UNUSUAL.sub(lambda found: _notation(found[0]) if _hidden(found[0]) else found[0], text)


def revealed(text: str) -> str:
    """Turn what `visible` made back into the text."""
    return _NOTATION.sub(lambda found: _character(found) or found[0], text)


def harmless(text: str) -> str:
    """Show the characters that would steer a terminal or reorder its lines; leave all others as they are."""
    return text if text.isprintable() else _STEERS.sub(lambda found: _notation(found[0]), text)


def _character(found: re.Match[str]) -> str:
    point = int(found[1], 16)
    return chr(point) if point <= sys.maxunicode else ""


def _notation(char: str) -> str:
    return f"⟦U+{ord(char):04X}⟧"


def _hidden(char: str) -> bool:
    if char in "\n\t ":
        return False
    category = unicodedata.category(char)
    return category[0] in "CZ" or char in _BLANK_LETTERS or char == "⟦" or _selects_variant(ord(char))


def _selects_variant(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0x180B <= point <= 0x180F or 0xE0100 <= point <= 0xE01EF
