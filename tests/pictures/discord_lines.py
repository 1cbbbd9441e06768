"""A Discord message's content as lines of styled pieces, broken where a picture of a certain width ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Block = Literal["text", "small", "quote", "code"]
SIZES: dict[Block, float] = {"text": 15.0, "quote": 15.0, "small": 12.5, "code": 13.0}
_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`\n]+)`|(?P<mention>@\w[\w-]*)|\\(?P<sign>[^0-9A-Za-z\s])")
_FENCE = re.compile(r"```(?:[a-z0-9_+.#-]+\n|\n)(.*?)\n*```", re.DOTALL)
_NARROW, _WIDE = frozenset("iljtfrI.,:;'!|()[]{}` "), frozenset("mwMW@%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words in one style."""

    text: str
    style: Literal["", "bold", "code", "mention"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a picture."""

    block: Block
    pieces: tuple[Piece, ...]


def lines(content: str, width: float) -> list[Line]:
    """Return a content as lines that are at most so many pixels wide."""
    found: list[Line] = []
    at = 0
    for fence in _FENCE.finditer(content):
        found += _written(content[at : fence.start()], width)
        for line in fence[1].split("\n"):
            broken = _broken([Piece(text=line)], width - 24, "code")
            found += [Line(block="code", pieces=pieces) for pieces in broken]
        at = fence.end()
    return [*found, *_written(content[at:], width)]


def _written(text: str, width: float) -> Iterator[Line]:
    for line in text.strip("\n").split("\n") if text.strip("\n") else []:
        block: Block = "small" if line.startswith("-# ") else "quote" if line.startswith("> ") else "text"
        said = line if block == "text" else line.partition(" ")[2]
        for pieces in _broken([*_pieces(said)], width - (14 if block == "quote" else 0), block):
            yield Line(block=block, pieces=pieces)


def _pieces(text: str) -> Iterator[Piece]:
    at = 0
    for found in _INLINE.finditer(text):
        yield Piece(text=text[at : found.start()])
        if found["bold"]:
            yield from (replace(one, style="bold") for one in _pieces(found["bold"]))
        elif found["code"]:
            yield Piece(text=found["code"], style="code")
        elif found["mention"]:
            yield Piece(text=found["mention"], style="mention")
        else:
            yield Piece(text=found["sign"])
        at = found.end()
    yield Piece(text=text[at:])


def _broken(pieces: list[Piece], width: float, block: Block) -> list[tuple[Piece, ...]]:
    """Break pieces into lines, between words where there are any."""
    found: list[list[Piece]] = [[]]
    room = width
    for piece in pieces:
        for word in re.findall(r"\s*\S+|\s+", piece.text):
            taken = measured(word, block, code=piece.style == "code")
            is_next = taken > room and bool(found[-1])
            if is_next:
                found.append([])
                room = width
            found[-1].append(replace(piece, text=word.lstrip() if is_next else word))
            room -= taken
    return [_joined(line) for line in found]


def _joined(line: list[Piece]) -> tuple[Piece, ...]:
    made: list[Piece] = []
    for piece in line:
        if made and made[-1].style == piece.style:
            made[-1] = replace(piece, text=made[-1].text + piece.text)
        else:
            made.append(piece)
    return tuple(made)


def measured(text: str, block: Block, *, code: bool = False) -> float:
    """Return about how wide a text is, in pixels: fonts differ, so it is rather too much."""
    return SIZES[block] * sum(_width(char, fixed=code or block == "code") for char in text)


def _width(char: str, *, fixed: bool) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if fixed:
        return 0.61
    if char in _NARROW:
        return 0.37
    if char in _WIDE:
        return 0.98
    return 0.72 if char.isupper() else 0.62
