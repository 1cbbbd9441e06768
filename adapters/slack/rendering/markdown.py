"""Markdown, as models write it, as Slack's blocks. Pure.

Slack has a block that parses Markdown itself. It is not used: what it makes of a mention, a disguised link or a
picture is Slack's to decide. The same result is built here of `rich_text` and `table`, in which text is only text:
a link shows its label and its target, a picture its description and its address, and neither is live.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.slack.rendering.blocks import joined, preformatted, prose, rich, section, text
from adapters.slack.rendering.inert import inert, streamed
from adapters.slack.rendering.lines import parse_lines, pieces_of
from adapters.slack.rendering.tables import as_text, table
from adapters.text import harmless
from bot.domain import Json

__all__ = ["blocks_of", "inert", "outline", "streamed"]

DEEPEST = 40
"""Levels of lists and quotes; the parser drops what is nested deeper, so such a text is shown unparsed."""
_DEEPEST_INDENT = 5
_HIGHEST_NUMBER = 9_999

# Reference definitions could make a short text long; autolinks and HTML are shown as they are written.
_UNREAD = ["autolink", "html_inline", "html_block", "reference"]


def _parser(*without: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    parser.core.ruler.at("inline", parse_lines)
    return parser.enable(["table", "strikethrough"]).disable([*_UNREAD, *without])


_PARSER = _parser()
_OUTLINER = _parser("inline", "text_join")
_MAY_BE_MORE = re.compile(
    r"[^\S\n ]|\0|^(?:[ #>|:=~+-]|```|\*(?!\*?[^\s*])|_(?!_?[^\s_])|\d{1,9}[.)](?:\s|$))", re.MULTILINE
)
"""What can begin anything but a paragraph; a text without it needs no parser to find its paragraphs."""
_PARAGRAPHS_END = re.compile(r"\n\n+")


@dataclass(slots=True)
class Node:
    """A block of the text, with the blocks that it holds; a paragraph holds one line."""

    type: str
    token: Token
    children: list[Node] = field(default_factory=list)


def outline(source: str) -> list[Token]:
    """Return where each block of a text stands, its lines unparsed; nothing where it is nested too deeply."""
    return _unless_too_deep(lambda: _OUTLINER.parse(source)) or []


def _unless_too_deep(parsed: Callable[[], list[Token]]) -> list[Token] | None:
    """Return what is parsed; None where it is nested too deeply for the parser to keep all of it."""
    try:
        tokens = parsed()
    except RecursionError:
        return None
    too_deep = DEEPEST - 3
    if any(token.level >= too_deep for token in tokens):
        return None
    deeper = any(inner.level >= too_deep for token in tokens if token.children for inner in token.children)
    return None if deeper else tokens


def _blocks_in(source: str) -> list[Node] | None:
    text = source.strip("\n")
    if not text or _MAY_BE_MORE.search(text):
        tokens = _unless_too_deep(lambda: _PARSER.parse(source))
        return None if tokens is None else _tree(tokens)
    paragraphs = [each.strip(" ") for each in _PARAGRAPHS_END.split(text)]
    lines = _unless_too_deep(lambda: [_PARSER.parseInline(each)[0] for each in paragraphs])
    return None if lines is None else [Node("paragraph", line, [Node("inline", line)]) for line in lines]


def _tree(tokens: Sequence[Token]) -> list[Node]:
    """Return the parsed text as blocks within blocks."""
    top: list[Node] = []
    outer: list[list[Node]] = []
    here = top
    for token in tokens:
        if token.nesting < 0:
            here = outer.pop()
            continue
        node = Node(token.type.removesuffix("_open"), token)
        here.append(node)
        if token.nesting > 0:
            outer.append(here)
            here = node.children
    return top


def blocks_of(source: str) -> list[Json]:
    """Return Markdown as blocks: text, lists, quotes, code, rules, and its first table as a table."""
    nodes = _blocks_in(source)
    if nodes is None:
        return [rich([section(prose(source.replace("\r\n", "\n")))])]
    page = _Page()
    page.put_all(nodes)
    return page.blocks()


class _Page:
    """Blocks as they are written, from top to bottom."""

    def __init__(self) -> None:
        self._blocks: list[Json] = []
        self._elements: list[Json] = []
        self._gap = ""
        self._quoted = False
        self._tabled = False
        self._put: dict[str, Callable[[Node], None]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "fence": self._code,
            "code_block": self._code,
            "hr": self._rule,
            "table": self._table,
        }

    def blocks(self) -> list[Json]:
        self._flush()
        return self._blocks or [rich([section([])])]

    def put_all(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._put[node.type](node)

    def _flush(self) -> None:
        if self._elements:
            self._blocks.append(rich([_whole(each) for each in self._elements]))
        self._elements = []

    def _paragraph(self, node: Node) -> None:
        self._say(_line(node), after="\n\n")

    def _heading(self, node: Node) -> None:
        self._say(_line(node, bold=True), after="\n")

    def _say(self, elements: list[Json], *, after: str) -> None:
        """Put a paragraph; one that follows another shares its element, parted as a reader expects."""
        kind = "rich_text_quote" if self._quoted else "rich_text_section"
        last = self._elements[-1] if self._elements else None
        if last is not None and last["type"] == kind:
            last["elements"] += [text(self._gap), *elements]
        else:
            self._elements.append({"type": kind, "elements": elements or [text("")]})
        self._gap = after

    def _quote(self, node: Node) -> None:
        before, self._quoted = self._quoted, True
        self.put_all(node.children)
        self._quoted = before

    def _code(self, node: Node) -> None:
        language = node.token.info.strip().split(" ")[0] if node.type == "fence" else ""
        code = harmless(node.token.content.removesuffix("\n"))
        self._elements.append(preformatted(code, language, border=self._quoted))

    def _rule(self, _: Node) -> None:
        self._flush()
        self._blocks.append({"type": "divider"})

    def _table(self, node: Node) -> None:
        rows = [[_line(cell) for cell in row.children] for part in node.children for row in part.children]
        alignments = [str(cell.token.attrs.get("style", "")) for cell in node.children[0].children[0].children]
        made = None if self._tabled else table(rows, alignments)
        if made is None:
            self._elements.append(preformatted(as_text(rows), border=self._quoted))
            return
        self._tabled = True
        self._flush()
        self._blocks.append(made)

    def _list(self, node: Node, indent: int = 0) -> None:
        number = min(int(node.token.attrs.get("start", 1) or 0), _HIGHEST_NUMBER)
        items: list[Json] = []
        for at, item in enumerate(node.children):
            words, rest = _said_first(item)
            items.append(section(words))
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

    def _inside(self, nodes: Sequence[Node], indent: int) -> None:
        """Put what an item holds beside its words: lists go deeper, the rest stands between the items."""
        for node in nodes:
            if node.type in ("bullet_list", "ordered_list"):
                self._list(node, indent + 1)
            else:
                self._put[node.type](node)


def _said_first(item: Node) -> tuple[list[Json], list[Node]]:
    """Return the words that an item begins with, several paragraphs joined, and what follows them."""
    words: list[Json] = []
    for at, node in enumerate(item.children):
        if node.type != "paragraph":
            return words, item.children[at:]
        words += [*([text("\n")] if words else ()), *_line(node)]
    return words, []


def _whole(element: Json) -> Json:
    paragraphs = element["type"] in ("rich_text_section", "rich_text_quote")
    return {**element, "elements": joined(element["elements"])} if paragraphs else element


def _line(node: Node, **style: bool) -> list[Json]:
    """Return the words of a paragraph, a heading or a cell."""
    return [piece for line in node.children for piece in pieces_of(line.token, **style)]
