"""Markdown, as models write it, parsed into blocks; what a platform makes of them is its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.chat.content.lines import Words, parse_lines, words_of

DEEPEST = 40
"""Levels of lists and quotes; the parser drops what is nested deeper, so such a text is shown unparsed."""
HIGHEST_NUMBER = 9_999

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


def blocks_in(source: str) -> list[Node] | None:
    """Return the blocks of a text; None where it is nested too deeply to be parsed."""
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


def said_first(item: Node) -> tuple[list[Words], list[Node]]:
    """Return the words that an item of a list begins with, several paragraphs joined, and what follows them."""
    words: list[Words] = []
    for at, node in enumerate(item.children):
        if node.type != "paragraph":
            return words, item.children[at:]
        words += [*([Words("\n")] if words else ()), *line_of(node)]
    return words, []


def line_of(node: Node) -> list[Words]:
    """Return the words of a paragraph, a heading or a cell."""
    return [piece for line in node.children for piece in words_of(line.token)]


def first_number(ordered: Node) -> int:
    """Return the number that a list begins with."""
    return min(int(ordered.token.attrs.get("start", 1) or 0), HIGHEST_NUMBER)


def language_of(code: Node) -> str:
    """Return the language that a fence names; empty: none."""
    return code.token.info.strip().split(" ")[0] if code.type == "fence" else ""


def rows_of(table: Node) -> list[list[list[Words]]]:
    """Return the cells of a table's heading and rows."""
    return [[line_of(cell) for cell in row.children] for part in table.children for row in part.children]
