"""Markdown, as models write it, as Slack's blocks. Pure.

Slack has a block that parses Markdown itself. It is not used: what it makes of a mention, a disguised link or a
picture is Slack's to decide. The same result is built here of `rich_text` and `table`, in which text is only text:
a link shows its label and its target, a picture its description and its address, and neither is live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from adapters.slack.blocks import joined, preformatted, prose, rich, section, text
from adapters.slack.inert import address, inert, streamed
from adapters.slack.tables import as_text, table
from adapters.text import harmless
from bot.domain import Json

__all__ = ["blocks_of", "inert", "parse", "streamed", "tree_of"]

DEEPEST = 40
"""Levels of lists and quotes; the parser drops what is nested deeper, so such a text is shown unparsed."""
_DEEPEST_INDENT = 5
_HIGHEST_NUMBER = 9_999

# Reference definitions could make a short text long; autolinks and HTML are shown as they are written.
_PARSER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    .enable(["table", "strikethrough"])
    .disable(["autolink", "html_inline", "html_block", "reference"])
)
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}


def parse(source: str) -> list[Token] | None:
    """Parse Markdown; None where it is nested too deeply for the parser to keep all of it."""
    try:
        tokens = _PARSER.parse(source)
    except RecursionError:
        return None
    levels = (inner.level for token in tokens for inner in (token, *(token.children or ())))
    return None if max(levels, default=0) >= DEEPEST - 3 else tokens


def tree_of(tokens: Sequence[Token]) -> SyntaxTreeNode:
    """Return the parsed text as a tree."""
    return SyntaxTreeNode(tokens)


def blocks_of(source: str) -> list[Json]:
    """Return Markdown as blocks: text, lists, quotes, code, rules, and its first table as a table."""
    tokens = parse(source)
    if tokens is None:
        return [rich([section(prose(source))])]
    page = _Page()
    page.put_all(tree_of(tokens).children)
    return page.blocks()


class _Page:
    """Blocks as they are written, from top to bottom."""

    def __init__(self) -> None:
        self._blocks: list[Json] = []
        self._elements: list[Json] = []
        self._gap = ""
        self._quoted = False
        self._tabled = False
        self._put: dict[str, Callable[[SyntaxTreeNode], None]] = {
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

    def put_all(self, nodes: Sequence[SyntaxTreeNode]) -> None:
        for node in nodes:
            self._put[node.type](node)

    def _flush(self) -> None:
        if self._elements:
            self._blocks.append(rich(self._elements))
        self._elements = []

    def _paragraph(self, node: SyntaxTreeNode) -> None:
        self._say(list(_inline(node.children)), after="\n\n")

    def _heading(self, node: SyntaxTreeNode) -> None:
        self._say(list(_inline(node.children, bold=True)), after="\n")

    def _say(self, elements: list[Json], *, after: str) -> None:
        """Put a paragraph; one that follows another shares its element, parted as a reader expects."""
        kind = "rich_text_quote" if self._quoted else "rich_text_section"
        last = self._elements[-1] if self._elements else None
        if last is not None and last["type"] == kind:
            last["elements"] = joined([*last["elements"], text(self._gap), *elements])
        else:
            self._elements.append({**section(elements), "type": kind})
        self._gap = after

    def _quote(self, node: SyntaxTreeNode) -> None:
        before, self._quoted = self._quoted, True
        self.put_all(node.children)
        self._quoted = before

    def _code(self, node: SyntaxTreeNode) -> None:
        language = node.info.strip().split(" ")[0] if node.type == "fence" else ""
        code = harmless(node.content.removesuffix("\n"))
        self._elements.append(preformatted(code, language, border=self._quoted))

    def _rule(self, _: SyntaxTreeNode) -> None:
        self._flush()
        self._blocks.append({"type": "divider"})

    def _table(self, node: SyntaxTreeNode) -> None:
        rows = [
            [list(_inline(cell.children)) for cell in row.children] for part in node.children for row in part.children
        ]
        alignments = [str(cell.attrs.get("style", "")) for cell in node.children[0].children[0].children]
        made = None if self._tabled else table(rows, alignments)
        if made is None:
            self._elements.append(preformatted(as_text(rows), border=self._quoted))
            return
        self._tabled = True
        self._flush()
        self._blocks.append(made)

    def _list(self, node: SyntaxTreeNode, indent: int = 0) -> None:
        number = min(int(node.attrs.get("start", 1) or 0), _HIGHEST_NUMBER)
        items: list[Json] = []
        for at, item in enumerate(node.children):
            words, rest = _said_first(item)
            items.append(section(words))
            if rest:
                self._items(node, items, indent, number + at + 1 - len(items))
                items = []
                self._inside(rest, indent)
        self._items(node, items, indent, number + len(node.children) - len(items))

    def _items(self, node: SyntaxTreeNode, items: list[Json], indent: int, number: int) -> None:
        if not items:
            return
        style = "ordered" if node.type == "ordered_list" else "bullet"
        made: Json = {"type": "rich_text_list", "style": style, "indent": min(indent, _DEEPEST_INDENT)}
        if style == "ordered" and number > 1:
            made["offset"] = number - 1
        if self._quoted:
            made["border"] = 1
        self._elements.append({**made, "elements": items})

    def _inside(self, nodes: Sequence[SyntaxTreeNode], indent: int) -> None:
        """Put what an item holds beside its words: lists go deeper, the rest stands between the items."""
        for node in nodes:
            if node.type in ("bullet_list", "ordered_list"):
                self._list(node, indent + 1)
            else:
                self._put[node.type](node)


def _said_first(item: SyntaxTreeNode) -> tuple[list[Json], list[SyntaxTreeNode]]:
    """Return the words that an item begins with, several paragraphs joined, and what follows them."""
    words: list[Json] = []
    for at, node in enumerate(item.children):
        if node.type != "paragraph":
            return words, item.children[at:]
        words += [text("\n")] * bool(words) + list(_inline(node.children))
    return words, []


def _inline(nodes: Sequence[SyntaxTreeNode], **style: bool) -> Iterator[Json]:
    """Yield the pieces of a line with their styles."""
    for node in nodes:
        if node.type in _STYLES:
            yield from _inline(node.children, **{**style, _STYLES[node.type]: True})
        elif node.type in ("link", "image"):
            yield from _target(node, **style)
        elif node.type in ("softbreak", "hardbreak"):
            yield text("\n", **style)
        elif node.type == "code_inline":
            yield text(harmless(node.content), **{**style, "code": True})
        elif node.is_nested or node.children:
            yield from _inline(node.children, **style)
        elif node.content:
            yield from prose(node.content, **style)


def _target(node: SyntaxTreeNode, **style: bool) -> Iterator[Json]:
    """Yield a link's or a picture's words, then where it really leads."""
    label = list(_inline(node.children, **style)) if node.children else prose(node.content, **style)
    target = address(str(node.attrs.get("href" if node.type == "link" else "src", "")))
    if "".join(str(piece["text"]) for piece in label) == target:
        yield text(target, **{**style, "code": True})
        return
    yield from label
    yield from (text(" (", **style), text(target, **{**style, "code": True}), text(")", **style))
