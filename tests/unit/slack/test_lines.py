"""What is shown without asking the parser is what the parser would say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.slack.rendering.markdown import blocks_of
from adapters.text import harmless
from bot.domain import Json

PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
PARSER.disable(["autolink", "html_inline", "html_block", "reference"])
STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
PIECES = ["a", "b", "word", "é", "中", "1", " ", "  ", "\n", "\n\n", "\n\n\n", "*", "**", "***", "_", "__", "`", "``"]
PIECES += [
    "~~",
    "~",
    "\\",
    "&amp;",
    ".",
    ",",
    "(",
    ")",
    '"',
    "'",
    "-",
    "+",
    "#",
    "=",
    "|",
    ":",
    "1. ",
    "- ",
    "# ",
    "> ",
]
PIECES += [
    "**bold**",
    "*leaning*",
    "`code`",
    "` `",
    "\u00a0",
    "\t",
    "²",
    "\u0301",
    "¡",
    "€",
    "\u2003",
    "\v",
    "\x00",
    "\r",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)

Char = tuple[str, frozenset[str]]
"""One character and its styles."""
NOTHING: list[Char] = [(" ", frozenset())]


def said_by_the_parser(source: str) -> list[list[Char]]:
    """Return the characters of each paragraph; the text must hold nothing but paragraphs."""
    tokens = PARSER.parse(source)
    assume({token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"})
    return [list(_chars(token.children or [])) for token in tokens if token.type == "inline"]


def _chars(tokens: Sequence[Token]) -> Iterator[Char]:
    styles: list[str] = []
    for token in tokens:
        kind, content = token.type, token.content
        if kind.endswith("_open"):
            styles.append(STYLES[kind.removesuffix("_open")])
        elif kind.endswith("_close"):
            styles.pop()
        else:
            own = {"code"} if kind == "code_inline" else set[str]()
            shown = "\n" if kind in ("softbreak", "hardbreak") else (content or " " * len(own))
            yield from ((char, frozenset({*styles, *own})) for char in harmless(shown))


def shown_by_us(blocks: list[Json]) -> list[Char]:
    pieces = [piece for block in blocks for element in block["elements"] for piece in element["elements"]]
    return [(char, frozenset(piece.get("style", {}))) for piece in pieces for char in piece["text"]]


@settings(max_examples=1_500, deadline=None)
@given(TEXTS)
def test_paragraphs_are_shown_as_the_parser_reads_them(source: str) -> None:
    paragraphs = said_by_the_parser(source)
    expected: list[Char] = []
    for number, paragraph in enumerate(paragraphs):
        expected += [("\n", frozenset())] * (2 * bool(number)) + (paragraph or NOTHING * (not number))

    assert shown_by_us(blocks_of(source)) == (expected or NOTHING)


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("plain", [("plain", {})]),
        ("`code`", [("code", {"code": True})]),
        ("` ` x", [(" ", {"code": True}), (" x", {})]),
        ("` a `", [("a", {"code": True})]),
        ("``a`", [("``a`", {})]),
        ("a `b", [("a `b", {})]),
        ("**a** *b*", [("a", {"bold": True}), (" ", {}), ("b", {"italic": True})]),
        ("2**3 and 4**5", [("2", {}), ("3 and 4", {"bold": True}), ("5", {})]),
        ("**a b**c", [("a b", {"bold": True}), ("c", {})]),
        ("(**a**)", [("(", {}), ("a", {"bold": True}), (")", {})]),
        ("* a*", [("a*", {})]),
        ("one  \n  two", [("one\ntwo", {})]),
    ],
)
def test_line_is_shown_with_its_styles(line: str, pieces: list[tuple[str, dict[str, bool]]]) -> None:
    [block] = blocks_of(line)
    elements = block["elements"][0]["elements"]
    elements = elements[0]["elements"] if elements[0]["type"] == "rich_text_section" else elements

    assert [(each["text"], each.get("style", {})) for each in elements] == pieces


def test_long_line_of_marks_takes_no_long_time() -> None:
    for mark in ("`", "*", "**", "**a", "`a", "*a ", "a`", "to:", "://", "www.", "a://"):
        blocks_of(mark * 3_000)
        blocks_of(f"**{'a ' * 1_500}{mark}")
