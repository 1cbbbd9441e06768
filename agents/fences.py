"""Finds the code in what a model said, also where a small model got the fences wrong. Pure.

Read as CommonMark, so nested, indented, tilded and unclosed fences mean what they mean on a page; then each block's
language is judged by its label and, where that is missing or wrong, by its content.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from autogen.code_utils import content_str
from autogen.coding.base import CodeBlock, CodeExtractor
from autogen.types import UserMessageImageContentPart, UserMessageTextContentPart
from markdown_it import MarkdownIt
from markdown_it.token import Token

from agents.labels import (
    KNOWN,
    PYTHON,
    SHELL,
    Reading,
    is_python,
    language_of,
    runnable_language,
    starts_shell,
    without_prompts,
)
from agents.unfenced import Piece, mended, starts_program_before

__all__ = ["PYTHON", "SHELL", "FenceExtractor", "Reading", "code_blocks", "language_of", "runnable_language"]

_LABEL = re.compile(r"[\s{.]*([A-Za-z0-9_+#-]*)")
_FILE = re.compile(r"[\s{]*[\w./-]*\.(py|sh)\b", re.IGNORECASE)
_TICKS = re.compile("`+")
_HINT = re.compile(r"^\s*(?:#|//)\s*file ?name:\s*(\S.*?)\s*$", re.IGNORECASE)


class FenceExtractor(CodeExtractor):
    """AutoGen's code extractor for models of any size."""

    def __init__(self, reading: Reading = Reading.CONTENT) -> None:
        self.reading = reading

    def extract_code_blocks(
        self, message: str | list[UserMessageTextContentPart | UserMessageImageContentPart] | None
    ) -> list[CodeBlock]:
        """Return what can be run, in order; languages that cannot, such as JSON or output, are not code to run."""
        return code_blocks(content_str(message), self.reading)


def code_blocks(text: str, reading: Reading = Reading.CONTENT) -> list[CodeBlock]:
    """Return the runnable code of a message, in order, with `python` or `sh` as its language."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = list(_fences(text, reading))
    if reading is Reading.CONTENT:
        pieces = mended(text, pieces, lambda other: list(_fences(other, reading)))
    found = list[CodeBlock]()
    for piece in pieces:
        language = runnable_language(piece.label, piece.code, reading)
        if not language or not piece.code.strip():
            continue
        programs = [block.code for block in found if block.language == PYTHON]
        started = language == SHELL and reading is Reading.CONTENT and starts_program_before(piece.code, programs)
        if not started:
            found.append(CodeBlock(code=without_prompts(piece.code, language), language=language))
    return found


def fenced(code: str, language: str) -> str:
    """Return code as a block of a message; its fence is longer than any that stands in the code."""
    longest = max((len(mark) for mark in _TICKS.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def closed(text: str) -> str:
    """Return a text without its last fence where that has no end: what it would have held is not known."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for token in _READER.parse("\n".join(lines)):
        if token.map is not None and not any(line.strip() for line in lines[token.map[1] :]) and _is_open(token, lines):
            return "\n".join(lines[: token.map[0]])
    return text


def _is_open(token: Token, lines: list[str]) -> bool:
    """Tell whether a block is a fence without its end, also one that four spaces made text."""
    if token.type == "code_block":
        inner = textwrap.dedent(token.content)
        return closed(inner) != inner
    return token.type == "fence" and _has_no_end(token, lines)


def _has_no_end(token: Token, lines: list[str]) -> bool:
    if token.map is None:
        return False
    first, last = token.map[0], lines[token.map[1] - 1]
    return token.map[1] - 1 == first or not last.lstrip("> \t").startswith(token.markup)


def file_hint(code: str) -> str:
    """Return the file name that a model suggests in a comment of the first line: a label for people, never a path."""
    found = _HINT.match(code.split("\n", 1)[0])
    return found[1].strip("`'\"") if found else ""


def _fences(text: str, reading: Reading) -> Iterator[Piece]:
    """Give each fence's label and code."""
    lines = text.split("\n")
    tokens = _READER.parse(text)
    for token in tokens if reading is Reading.FORMER else _outside_quotations(tokens):
        if token.type == "fence":
            label = _label_by_file(token.info) if reading is Reading.CONTENT else _label(token.info)
            yield Piece(label, _dedented(token.content), token.info, is_open=_has_no_end(token, lines))
        elif token.type == "code_block" and re.match(r"\s*(```|~~~)", token.content):
            # Four spaces before a fence make it text on a page; models mean the fence.
            yield from _fences(textwrap.dedent(token.content), reading)
        elif token.type == "inline":
            yield from _single_lines(token)


def _outside_quotations(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave out what is quoted: it is somebody else's, such as a file that a person attached."""
    depth = 0
    for token in tokens:
        depth += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if not depth:
            yield token


def _single_lines(paragraph: Token) -> Iterator[Piece]:
    """Give what stands in triple backticks within a line."""
    for token in paragraph.children or ():
        if token.type == "code_inline" and len(token.markup) >= 3:
            label, _, code = token.content.strip().partition(" ")
            known = label.lower() in KNOWN
            # `python x.py` is a command; `python print(1)` is labelled code.
            labelled = known and not (label.lower().startswith("python") and starts_shell(token.content))
            labelled = labelled or (known and is_python(code))
            yield Piece(label, code + "\n") if labelled else Piece("", token.content.strip() + "\n")


def _label(info: str) -> str:
    found = _LABEL.match(info)
    return found[1] if found else ""


def _label_by_file(info: str) -> str:
    """Return the label; of a file's name its ending counts."""
    found = _FILE.match(info)
    return found[1].lower() if found else _label(info)


def _dedented(code: str) -> str:
    """Undo an indentation that all lines share: CommonMark removes only the fence's own."""
    return textwrap.dedent(code)


_READER = MarkdownIt("commonmark")
