"""Lines of Markdown, parsed, as words with their styles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Literal, NamedTuple

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from adapters.chat.content.addresses import address
from adapters.text import harmless

Styles = tuple[str, ...]
"""Any of `bold`, `italic` and `strike`, each once."""


class Words(NamedTuple):
    """A piece of a line."""

    text: str
    """As it was written: nothing in it is markup any more, and nothing of it was made harmless yet."""
    styles: Styles = ()
    kind: Literal["text", "code", "address"] = "text"
    """An address is where a link or a picture leads; those that stand in a text are part of it."""


_OPENS = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_CLOSES = frozenset({"strong_close", "em_close", "s_close"})
_WORDS = r"[^\\`~*_\[&]"
_PIECE = (
    rf"({_WORDS}++)|(?<!`)`([^`]++)`(?!`)"
    rf"|(?<![^ \n(\"'])(\*\*?)([^\W_](?:{_WORDS}*+(?<=[^\W_]))?)\3(?![^ \n.,;:!?)\"'-])"
)
"""Words, code, or words in bold or italics that stand between spaces or signs: there can be no doubt about those."""
_SIMPLE = re.compile(f"(?:{_PIECE})*+")
"""A line of such pieces; what is in another is for the parser to say."""
_PIECES = re.compile(_PIECE)
_MARKS: dict[str, Styles] = {"**": ("bold",), "*": ("italic",)}
_BREAK = re.compile(r" *\n[ \t]*")


def parse_lines(state: StateCore) -> None:
    """Parse what blocks hold: a rule of the parser, instead of its own, that leaves alone what needs no parsing."""
    for token in state.tokens:
        if token.type == "inline" and not _SIMPLE.fullmatch(token.content):
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def words_of(line: Token) -> list[Words]:
    """Return the words of a parsed line; a link or a picture is its label and then, in brackets, where it leads."""
    if line.children:
        return _styled(line.children, ())
    made: list[Words] = []
    for found in _PIECES.finditer(line.content):
        words, code, mark, marked = found.groups()
        if code:
            made.append(Words(_unpadded(code.replace("\n", " ")), (), "code"))
        else:
            made.append(Words(_BREAK.sub("\n", words or marked), _MARKS[mark] if mark else ()))
    return made


def spoken(sentence: str) -> list[Words]:
    """Return the words of a sentence of the catalogue: only its backticks are markup, whatever facts stand in it."""
    pieces = sentence.split("`")
    if not len(pieces) % 2:
        # An odd backtick marks nothing and stays.
        pieces = [*pieces[:-2], f"{pieces[-2]}`{pieces[-1]}"]
    return [Words(piece, (), "code" if at % 2 else "text") for at, piece in enumerate(pieces) if piece]


def _unpadded(code: str) -> str:
    padded = code.startswith(" ") and code.endswith(" ") and code.strip(" ")
    return code[1:-1] if padded else code


def _styled(tokens: Sequence[Token], styles: Styles) -> list[Words]:
    made: list[Words] = []
    outer: list[Styles] = []
    coming = iter(tokens)
    for token in coming:
        if style := _OPENS.get(token.type):
            outer.append(styles)
            styles = styles if style in styles else (*styles, style)
        elif token.type in _CLOSES:
            styles = outer.pop()
        else:
            made += _piece(token, coming, styles)
    return made


def _piece(token: Token, coming: Iterator[Token], styles: Styles) -> list[Words]:
    if token.type == "text":
        return [Words(token.content, styles)] if token.content else []
    if token.type == "code_inline":
        return [Words(token.content, styles, "code")]
    if token.type == "link_open":
        label = _styled(list(takewhile(lambda each: each.type != "link_close", coming)), styles)
        return _target(label, str(token.attrs.get("href", "")), styles)
    if token.type == "image":
        label = _styled(token.children, styles) if token.children else [Words(token.content, styles)]
        return _target(label, str(token.attrs.get("src", "")), styles)
    return [Words("\n", styles)]


def _target(label: list[Words], target: str, styles: Styles) -> list[Words]:
    leads = Words(target, styles, "address")
    if harmless("".join(each.text for each in label)) == address(target):
        return [leads]
    return [*label, Words(" (", styles), leads, Words(")", styles)]
