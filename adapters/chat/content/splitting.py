"""Long texts as several messages, or as a file of which the first lines are shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Generic, TypeVar

from adapters.chat.content.markdown import outline
from adapters.text import SMALLEST_LIMIT, pieces, split

Laid = TypeVar("Laid")
"""What a message holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner(Generic[Laid]):
    """How a text is shown, where it may be parted, and how much of it a platform takes."""

    build: Callable[[str], Laid]
    fits: Callable[[Laid], bool]
    """Whether one message takes it."""
    cut: Callable[[str, int, int], list[str]]
    """Parts a text; each part has at most so many characters, and only as many as the second number says where that
    takes nothing apart that belongs together."""
    part: int
    """Characters of the text in one message."""
    first: int
    """Characters that are shown of a text that becomes a file."""
    most: int
    """Messages for one text; what would need more becomes a file."""


def laid_out(source: str, manner: Manner[Laid]) -> tuple[list[Laid], bool]:
    """Return a text as one or more messages, and whether that is all of it.

    A text that needs too many messages is not whole: only its first lines come back, and it belongs into a file.
    """
    if len(source) <= manner.part and manner.fits(built := manner.build(source)):
        return [built], True
    if len(source) <= manner.most * manner.part:
        laid = list(islice(_cut(source, manner.part, manner), manner.most + 1))
        if len(laid) <= manner.most:
            return laid, True
    return [next(_cut(source[: 2 * manner.first], manner.first, manner, even=False))], False


def _cut(source: str, limit: int, manner: Manner[Laid], *, even: bool = True) -> Iterator[Laid]:
    """Yield parts that fit a message: smaller ones where those take more room than their characters.

    With `even` they are about as long as each other, where that takes no more messages; else each is as long as it may.
    """
    for part in _evenly(source, limit, manner) if even else manner.cut(source, limit, limit):
        built = manner.build(part)
        if manner.fits(built) or limit // 2 < SMALLEST_LIMIT:
            yield built
        else:
            yield from _cut(part, limit // 2, manner, even=even)


def _evenly(source: str, limit: int, manner: Manner[Laid]) -> list[str]:
    """Part a text into as few parts as it needs, and none of them tiny because the others are full."""
    fewest = manner.cut(source, limit, limit)
    average = max(sum(map(len, fewest)) // len(fewest), limit // 2, SMALLEST_LIMIT)
    for tenths in (1, 3, 6) if len(fewest) > 1 else ():
        parts = manner.cut(source, limit, average + (limit - average) * tenths // 10)
        if len(parts) <= len(fewest):
            return parts
    return fewest


def portions(source: str, limit: int, fill: int | None = None) -> list[str]:
    """Part Markdown between its paragraphs, lists, tables and fences; one that is too long is parted at its lines.

    Args:
        source: The text.
        limit: How many characters a part has at most.
        fill: How many it has where it can be chosen; None: as many as it may.
    """
    parts: list[str] = []
    fill = limit if fill is None else fill
    for chunk in _chunks(source):
        if parts and len(parts[-1]) + len(chunk) <= fill:
            parts[-1] += chunk
        elif len(chunk) <= limit:
            parts.append(chunk)
        elif heading := _table_heading(chunk, limit):
            parts += _tables(chunk, heading, fill if _table_heading(chunk, fill) else limit)
        else:
            # What comes before a long fence shares its first message.
            parts += split((parts.pop() if parts else "") + chunk, fill)
    return parts or [""]


def _chunks(source: str) -> list[str]:
    """Return the text from the start of each of its blocks to the next; joined, they are the text."""
    source = source.replace("\r\n", "\n")
    starts = {token.map[0] for token in outline(source) if token.level == 0 and token.map}
    lines = source.split("\n")
    borders = sorted({0, *starts, len(lines)})
    chunks = ["\n".join(lines[start:end]) for start, end in pairwise(borders)]
    return [chunk + "\n" for chunk in chunks[:-1]] + chunks[-1:]


def _tables(part: str, heading: str, limit: int) -> list[str]:
    """Part a table between its rows; every part has its heading."""
    first, *rest = split(part.removeprefix(heading), limit - len(heading))
    return [heading + first, *(heading + each for each in rest)]


def _table_heading(part: str, limit: int) -> str:
    """Return the two lines that make a text a table; empty where it is none, or they would fill a message."""
    tokens = outline(part)
    if not tokens or tokens[0].type != "table_open":
        return ""
    start = tokens[0].map[0] if tokens[0].map else 0
    heading = "\n".join(part.split("\n")[: start + 2]) + "\n"
    return heading if 2 * len(heading) <= limit and limit - len(heading) >= SMALLEST_LIMIT else ""


def bodies(source: str, limit: int, fill: int | None = None) -> list[str]:
    """Part a text at any line; `fill`: how many characters a part has, where that is less than its limit."""
    return [piece.body for piece in pieces(source, fill or limit)] or [""]
