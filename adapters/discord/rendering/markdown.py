"""Markdown, as models write it, as Discord shows it. Pure.

A model's text is parsed and written anew, so that only markup of ours reaches Discord: a link is its label and then
its address, never disguised; a picture is its description and its address; a table is drawn in a fence; HTML and
mentions are text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.chat.content import lines
from adapters.chat.content.addresses import may_hold_address, with_addresses
from adapters.chat.content.lines import Styles, Words
from adapters.chat.content.markdown import Node, blocks_in, first_number, language_of, line_of, rows_of, said_first
from adapters.chat.content.pages import Page
from adapters.chat.content.tables import drawn
from adapters.discord.rendering.inert import code, escaped, fence, link, plain, unbegun
from adapters.text import harmless

_MARKS = {"strike": "~~", "bold": "**", "italic": "*"}
"""From the outside to the inside."""
_RULE = "─" * 12
_SPACES = "".join(chr(point) for point in range(0x10000) if chr(point).isspace()) + "\ufeff"
"""What Discord's rules count as a space, among them one that Python does not."""


def content_of(source: str) -> str:
    """Return Markdown as Discord's content."""
    nodes = blocks_in(source)
    if nodes is None:
        return plain(source.replace("\r\n", "\n"))
    page = _Page()
    page.put_all(nodes)
    return page.content()


def spoken(sentence: str) -> str:
    """Return a sentence of the catalogue: only its backticks are markup, whatever facts stand in it."""
    return unbegun(inline(lines.spoken(sentence)))


def inline(words: Sequence[Words], *styles: str) -> str:
    """Return words with their styles."""
    line = _Line()
    for each in words:
        line.put(each, (*each.styles, *styles))
    return line.text()


class _Line:
    """Words as they are written, one after the other.

    Marks stand around text alone: Discord ends emphasis at the first mark, even in code or in an address. Nor do two
    pairs of marks touch, since it might read them as another.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._after = ""
        """What the last piece was: `code`, `marks` or neither."""

    def text(self) -> str:
        return "".join(self._pieces)

    def put(self, words: Words, styles: Styles) -> None:
        if words.kind == "code":
            self._put_code(code(words.text))
        elif words.kind == "address":
            self._put_code(link(words.text))
        elif not may_hold_address(words.text):
            self._put_text(words.text, styles)
        else:
            for piece, is_address in with_addresses(words.text):
                if is_address and "://" in piece:
                    self._put_code(link(piece))
                else:
                    self._put_text(piece, styles)

    def _put_code(self, shown: str) -> None:
        self._pieces.append(f" {shown}" if self._after == "code" else shown)
        self._after = "code"

    def _put_text(self, text: str, styles: Styles) -> None:
        for at, piece in enumerate(text.split("\n")):
            if at:
                self._pieces.append("\n")
                self._after = ""
            if piece:
                self._put_piece(piece, styles)

    def _put_piece(self, piece: str, styles: Styles) -> None:
        before, inner, after = _set_apart(piece)
        marks = "".join(mark for style, mark in _MARKS.items() if style in styles)
        if not marks or not inner or "~" in inner or (self._after == "marks" and not before):
            self._pieces.append(escaped(piece))
            self._after = ""
        else:
            self._pieces.append(escaped(before) + marks + escaped(inner) + marks[::-1] + escaped(after))
            self._after = "" if after else "marks"


def _set_apart(text: str) -> tuple[str, str, str]:
    """Return the spaces before a text, the text, and the spaces after it: beside a space no mark begins or ends."""
    inner = text.strip(_SPACES)
    return text.partition(inner) if inner else (text, "", "")


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    text: str
    quoted: bool = False


class _Page(Page):
    """Blocks as they are written, from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[_Block] = []

    def content(self) -> str:
        """Return all of it; what follows in the same quote stays in it."""
        shown: list[str] = []
        for before, block in zip([None, *self._blocks], self._blocks, strict=False):
            if before is not None:
                blank = "> \n" if before.quoted and block.quoted else "\n"
                shown.append("\n" if _touch(before.kind, block.kind) else f"\n{blank}")
            shown.append("\n".join(f"> {line}" for line in block.text.split("\n")) if block.quoted else block.text)
        return "".join(shown)

    def _add(self, kind: str, text: str) -> None:
        # A fence stands outside of quotes: every line of it would begin with the quote's sign.
        if text:
            self._blocks.append(_Block(kind, text, self._quoted and kind != "fence"))

    def _paragraph(self, node: Node) -> None:
        self._add("paragraph", unbegun(inline(line_of(node))))

    def _heading(self, node: Node) -> None:
        """Put a heading; Discord knows three levels, and none of several lines."""
        words, level = line_of(node), int(node.token.tag.removeprefix("h"))
        if level > 3 or any("\n" in each.text for each in words):
            self._add("heading", unbegun(inline(words, "bold")))
        elif shown := inline(words):
            self._add("heading", f"{'#' * level} {shown}")

    def _code(self, node: Node) -> None:
        self._add("fence", fence(harmless(node.token.content.removesuffix("\n")), language_of(node)))

    def _rule(self, _: Node) -> None:
        self._add("paragraph", _RULE)

    def _table(self, node: Node) -> None:
        rows = [[" ".join(_plainly(cell).split("\n")) for cell in row] for row in rows_of(node)]
        self._add("fence", fence(drawn(rows)))

    def _list(self, node: Node, indent: int = 0) -> None:
        """Put a list: lists within go deeper, what else an item holds stands between the items."""
        number = first_number(node)
        for at, item in enumerate(node.children):
            words, rest = said_first(item)
            sign = f"{number + at}." if node.type == "ordered_list" else "-"
            first, *others = unbegun(inline(words)).split("\n")
            inside = [f"{'  ' * indent}{sign} {first}".rstrip(), *(f"{'  ' * (indent + 1)}{line}" for line in others)]
            self._add("list" if at or indent else "new list", "\n".join(inside))
            self._inside(rest, indent)


def _touch(before: str, after: str) -> bool:
    """Whether no empty line stands between two blocks: Discord parts headings and code from text by itself."""
    follows_list = before in ("list", "new list")
    return (
        before == "heading"
        or after == "list"
        or "fence" in (before, after)
        or (after == "new list" and not follows_list)
    )


def _plainly(words: Sequence[Words]) -> str:
    """Return the words of a cell, in which nothing is markup."""
    return "".join(_shown(words))


def _shown(words: Sequence[Words]) -> Iterator[str]:
    for each in words:
        yield harmless(each.text)
