"""Markdown, as models write it, as Slack's blocks. Pure.

Slack has a block that parses Markdown itself. It is not used: what it makes of a mention, a disguised link or a
picture is Slack's to decide. The same result is built here of `rich_text` and `table`, in which text is only text:
a link shows its label and its target, a picture its description and its address, and neither is live.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.chat.content.addresses import address
from adapters.chat.content.lines import Words
from adapters.chat.content.markdown import Node, blocks_in, first_number, language_of, line_of, rows_of, said_first
from adapters.chat.content.pages import Page
from adapters.slack.rendering.blocks import joined, preformatted, prose, rich, section, text
from adapters.slack.rendering.inert import inert, streamed
from adapters.slack.rendering.tables import as_text, table
from adapters.text import harmless
from bot.domain import Json

__all__ = ["blocks_of", "inert", "streamed"]

_DEEPEST_INDENT = 5


def blocks_of(source: str) -> list[Json]:
    """Return Markdown as blocks: text, lists, quotes, code, rules, and its first table as a table."""
    nodes = blocks_in(source)
    if nodes is None:
        return [rich([section(prose(source.replace("\r\n", "\n")))])]
    page = _Page()
    page.put_all(nodes)
    return page.blocks()


class _Page(Page):
    """Blocks as they are written, from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Json] = []
        self._elements: list[Json] = []
        self._gap = ""
        self._tabled = False

    def blocks(self) -> list[Json]:
        self._flush()
        return self._blocks or [rich([section([])])]

    def _flush(self) -> None:
        if self._elements:
            self._blocks.append(rich([_whole(each) for each in self._elements]))
        self._elements = []

    def _paragraph(self, node: Node) -> None:
        self._say(_pieces(line_of(node)), after="\n\n")

    def _heading(self, node: Node) -> None:
        self._say(_pieces(line_of(node), bold=True), after="\n")

    def _say(self, elements: list[Json], *, after: str) -> None:
        """Put a paragraph; one that follows another shares its element, parted as a reader expects."""
        kind = "rich_text_quote" if self._quoted else "rich_text_section"
        last = self._elements[-1] if self._elements else None
        if last is not None and last["type"] == kind:
            last["elements"] += [text(self._gap), *elements]
        else:
            self._elements.append({"type": kind, "elements": elements or [text("")]})
        self._gap = after

    def _code(self, node: Node) -> None:
        code = harmless(node.token.content.removesuffix("\n"))
        self._elements.append(preformatted(code, language_of(node), border=self._quoted))

    def _rule(self, _: Node) -> None:
        self._flush()
        self._blocks.append({"type": "divider"})

    def _table(self, node: Node) -> None:
        rows = [[_pieces(cell) for cell in row] for row in rows_of(node)]
        alignments = [str(cell.token.attrs.get("style", "")) for cell in node.children[0].children[0].children]
        made = None if self._tabled else table(rows, alignments)
        if made is None:
            self._elements.append(preformatted(as_text(rows), border=self._quoted))
            return
        self._tabled = True
        self._flush()
        self._blocks.append(made)

    def _list(self, node: Node, indent: int = 0) -> None:
        number = first_number(node)
        items: list[Json] = []
        for at, item in enumerate(node.children):
            words, rest = said_first(item)
            items.append(section(_pieces(words)))
            if rest:
                self._items(node, items, indent, number + at + 1 - len(items))
                items = []
                self._inside(rest, indent)
        self._items(node, items, indent, number + len(node.children) - len(items))

    def _items(self, node: Node, items: list[Json], indent: int, number: int) -> None:
        if not items:
            return
        style = "ordered" if node.type == "ordered_list" else "bullet"
        made: Json = {"type": "rich_text_list", "style": style, "indent": min(indent, _DEEPEST_INDENT)}
        if style == "ordered" and number > 1:
            made["offset"] = number - 1
        if self._quoted:
            made["border"] = 1
        self._elements.append({**made, "elements": items})


def _whole(element: Json) -> Json:
    paragraphs = element["type"] in ("rich_text_section", "rich_text_quote")
    return {**element, "elements": joined(element["elements"])} if paragraphs else element


def _pieces(words: Sequence[Words], **style: bool) -> list[Json]:
    """Return words as rich text."""
    return [piece for each in words for piece in _piece(each, {**style, **dict.fromkeys(each.styles, True)})]


def _piece(words: Words, style: dict[str, bool]) -> list[Json]:
    if words.kind == "text":
        return prose(words.text, **style)
    shown = harmless(words.text) if words.kind == "code" else address(words.text)
    return [text(shown, **{**style, "code": True})]
