"""Messages as they are sent: parts that Slack takes, and the files beside them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from adapters.slack.rendering.blocks import fits, preformatted, rich, words_in
from adapters.slack.rendering.inert import TEXT_LIMIT, inert
from adapters.slack.rendering.markdown import blocks_of, outline
from adapters.text import SMALLEST_LIMIT, harmless, pieces, split
from bot.domain import Attachment, Json

MOST_PARTS = 4
"""Messages for one text; what would need more becomes a file."""
PART_LIMIT = 3_000
"""Characters of the text in one message."""
_NAME_ROOM = 200
"""Of a message's text, for the agent's name where that begins it."""
FIRST_LINES = 1_500
"""Characters that are shown of a text that becomes a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message."""

    text: str
    """What notifications and screen readers say instead of the blocks; inert."""
    blocks: tuple[Json, ...]
    username: str | None = None
    icon: str | None = None
    """An emoji's name with its colons."""

    def arguments(self) -> Json:
        """Return what chat.postMessage takes: nothing in it unfurls, links by itself or is looked up as a name."""
        given: Json = {
            "text": self.text,
            "blocks": list(self.blocks),
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        shown = {"username": self.username, "icon_emoji": self.icon}
        return {**given, **{name: value for name, value in shown.items() if value is not None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A post as Slack shows it."""

    parts: tuple[Part, ...]
    files: tuple[Attachment, ...] = ()
    """To be uploaded to the thread once, after the parts; their names are fit for display."""


def message(blocks: Sequence[Json], *, text: str = "", username: str | None = None, icon: str | None = None) -> Part:
    """Return a message of these blocks; without a text, notifications say what the blocks say."""
    said = text or words_in(blocks).strip()
    return Part(text=inert(said, TEXT_LIMIT - _NAME_ROOM) or "-", blocks=tuple(blocks), username=username, icon=icon)


Build = Callable[[str], list[Json]]
Cut = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is shown and where it may be parted."""

    build: Build
    cut: Cut


def laid_out(source: str, manner: Manner) -> tuple[list[list[Json]], bool]:
    """Return a text as the blocks of one or more messages, and whether that is all of it.

    A text that needs too many messages is not whole: only its first lines come back, and it belongs into a file.
    """
    if len(source) <= PART_LIMIT and fits(blocks := manner.build(source)):
        return [blocks], True
    if len(source) <= MOST_PARTS * PART_LIMIT:
        laid = list(islice(_cut(source, PART_LIMIT, manner), MOST_PARTS + 1))
        if len(laid) <= MOST_PARTS:
            return laid, True
    return [next(_cut(source[: 2 * FIRST_LINES], FIRST_LINES, manner))], False


def _cut(source: str, limit: int, manner: Manner) -> Iterator[list[Json]]:
    """Yield the blocks of parts that fit a message: smaller ones where those take more room than their characters."""
    for part in manner.cut(source, limit):
        blocks = manner.build(part)
        if fits(blocks) or limit // 2 < SMALLEST_LIMIT:
            yield blocks
        else:
            yield from _cut(part, limit // 2, manner)


def portions(source: str, limit: int) -> list[str]:
    """Part Markdown between its paragraphs, lists, tables and fences; one that is too long is parted at its lines."""
    parts: list[str] = []
    for chunk in _chunks(source):
        if parts and len(parts[-1]) + len(chunk) <= limit:
            parts[-1] += chunk
        elif len(chunk) <= limit:
            parts.append(chunk)
        elif heading := _table_heading(chunk, limit):
            parts += _tables(chunk, heading, limit)
        else:
            # What comes before a long fence shares its first message.
            parts += split((parts.pop() if parts else "") + chunk, limit)
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


def _bodies(source: str, limit: int) -> list[str]:
    return [piece.body for piece in pieces(source, limit)] or [""]


def _output(source: str) -> list[Json]:
    return [rich([preformatted(harmless(source.removesuffix("\n")))])]


MARKDOWN = Manner(blocks_of, portions)
OUTPUT = Manner(_output, _bodies)
"""What code or a tool gave back: shown as it is."""


def plainly(build: Build) -> Manner:
    """Return the manner of a text that may be parted at any line."""
    return Manner(build, _bodies)


def as_bytes(text: str) -> bytes:
    """Return the bytes of a text, the same as those that an approval's hash is made of."""
    return text.encode("utf-8", "surrogatepass")
