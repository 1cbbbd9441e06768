"""Lines of Markdown, parsed, as pieces of rich text with their styles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from adapters.slack.rendering.blocks import prose, text
from adapters.slack.rendering.inert import address
from adapters.text import harmless
from bot.domain import Json

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
_MARKS = {"**": "bold", "*": "italic"}
_BREAK = re.compile(r" *\n[ \t]*")


def parse_lines(state: StateCore) -> None:
    """Parse what blocks hold: a rule of the parser, instead of its own, that leaves alone what needs no parsing."""
    for token in state.tokens:
        if token.type == "inline" and not _SIMPLE.fullmatch(token.content):
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def pieces_of(line: Token, **style: bool) -> list[Json]:
    """Return the pieces of a parsed line."""
    if line.children:
        return _styled(line.children, style)
    made: list[Json] = []
    for found in _PIECES.finditer(line.content):
        words, code, mark, marked = found.groups()
        if code:
            made.append(_code(_unpadded(code.replace("\n", " ")), style))
        else:
            marks = {**style, _MARKS[mark]: True} if mark else style
            made += prose(_BREAK.sub("\n", words or marked), **marks)
    return made


def _unpadded(code: str) -> str:
    padded = code.startswith(" ") and code.endswith(" ") and code.strip(" ")
    return code[1:-1] if padded else code


def _code(code: str, style: dict[str, bool]) -> Json:
    return text(harmless(code), **{**style, "code": True})


def _styled(tokens: Sequence[Token], style: dict[str, bool]) -> list[Json]:
    made: list[Json] = []
    outer: list[dict[str, bool]] = []
    coming = iter(tokens)
    for token in coming:
        if token.type in _OPENS:
            outer.append(style)
            style = {**style, _OPENS[token.type]: True}
        elif token.type in _CLOSES:
            style = outer.pop()
        else:
            made += _piece(token, coming, style)
    return made


def _piece(token: Token, coming: Iterator[Token], style: dict[str, bool]) -> list[Json]:
    if token.type == "text":
        return prose(token.content, **style) if token.content else []
    if token.type == "code_inline":
        return [_code(token.content, style)]
    if token.type == "link_open":
        label = _styled(list(takewhile(lambda each: each.type != "link_close", coming)), style)
        return _target(label, str(token.attrs.get("href", "")), style)
    if token.type == "image":
        label = _styled(token.children, style) if token.children else prose(token.content, **style)
        return _target(label, str(token.attrs.get("src", "")), style)
    return [text("\n", **style)]


def _target(label: list[Json], target: str, style: dict[str, bool]) -> list[Json]:
    """Return a link's or a picture's words, then where it really leads."""
    real = address(target)
    shown = text(real, **{**style, "code": True})
    if "".join(str(piece["text"]) for piece in label) == real:
        return [shown]
    return [*label, text(" (", **style), shown, text(")", **style)]
