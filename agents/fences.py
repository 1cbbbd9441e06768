"""Finds the code in what a model said, also where a small model got the fences wrong. Pure.

Read as CommonMark, so nested, indented, tilded and unclosed fences mean what they mean on a page; then each block's
language is judged by its label and, where that is missing or wrong, by its content.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator

from autogen.code_utils import content_str
from autogen.coding.base import CodeBlock, CodeExtractor
from autogen.types import UserMessageImageContentPart, UserMessageTextContentPart
from markdown_it import MarkdownIt
from markdown_it.token import Token

PYTHON = "python"
SHELL = "sh"

_PYTHON_LABELS = frozenset({"python", "py", "python3", "py3", "pycon", "ipython", "python2", "jupyter"})
_SHELL_LABELS = frozenset({"sh", "bash", "shell", "console", "zsh", "shell-session", "shellscript", "terminal"})
_LABEL = re.compile(r"[\s{.]*([A-Za-z0-9_+#-]*)")
_DEFINES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DOES_SOMETHING = (*_DEFINES, ast.For, ast.While, ast.With, ast.Call)
_STARTS_SHELL = re.compile(r"\s*(?:\$ |(?:python3?|pip3?)\s+[\w./-])")
_TICKS = re.compile("`+")
_HINT = re.compile(r"^\s*(?:#|//)\s*file ?name:\s*(\S.*?)\s*$", re.IGNORECASE)


class FenceExtractor(CodeExtractor):
    """AutoGen's code extractor for models of any size."""

    def extract_code_blocks(
        self, message: str | list[UserMessageTextContentPart | UserMessageImageContentPart] | None
    ) -> list[CodeBlock]:
        """Return what can be run, in order; languages that cannot, such as JSON or output, are not code to run."""
        return code_blocks(content_str(message))


def code_blocks(text: str) -> list[CodeBlock]:
    """Return the runnable code of a message, in order, with `python` or `sh` as its language."""
    found = []
    for label, code in _fences(text.replace("\r\n", "\n").replace("\r", "\n")):
        language = runnable_language(label, code)
        if language and code.strip():
            found.append(CodeBlock(code=_without_prompts(code, language), language=language))
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
    if token.type != "fence" or token.map is None:
        return False
    first, last = token.map[0], lines[token.map[1] - 1]
    return token.map[1] - 1 == first or not last.lstrip("> \t").startswith(token.markup)


def runnable_language(label: str, code: str) -> str | None:
    """Return `python` or `sh`, or None for what cannot be run.

    Python labelled as shell is Python: models do that. Without a label only what plainly is code counts.
    """
    language = language_of(label)
    if language == SHELL and _is_python(code):
        return PYTHON
    if language or label.strip():
        return language
    if _is_python(code, or_sets_a_name=True):
        return PYTHON
    return SHELL if _STARTS_SHELL.match(code) else None


def language_of(label: str) -> str | None:
    """Return `python` or `sh` by the label alone, or None for all others."""
    label = label.strip().lower()
    if label in _PYTHON_LABELS:
        return PYTHON
    return SHELL if label in _SHELL_LABELS else None


def file_hint(code: str) -> str:
    """Return the file name that a model suggests in a comment of the first line: a label for people, never a path."""
    found = _HINT.match(code.split("\n", 1)[0])
    return found[1].strip("`'\"") if found else ""


def _is_python(code: str, *, or_sets_a_name: bool = False) -> bool:
    """Tell whether code is Python that does something: words and numbers alone parse as Python too."""
    # On the loop's thread only: CPython 3.11 counts a parser's depth for all threads together.
    try:
        tree = ast.parse(_without_prompts(code, PYTHON))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    kinds = (*_DOES_SOMETHING, ast.Assign, ast.AugAssign) if or_sets_a_name else _DOES_SOMETHING
    return any(isinstance(node, kinds) for node in ast.walk(tree))


def _without_prompts(code: str, language: str) -> str:
    """Keep what was typed at `$ ` or `>>> `, when a session is shown, and drop what was answered."""
    lines = code.split("\n")
    first, more = ("$ ", "> ") if language == SHELL else (">>> ", "... ")
    typed = [line.lstrip() for line in lines]
    if not next((line for line in typed if line), "").startswith(first):
        return code
    kept = [line[len(first) :] if line.startswith(first) else line[len(more) :] for line in _typed(typed, first, more)]
    return "\n".join(kept) + "\n"


def _typed(lines: list[str], first: str, more: str) -> Iterator[str]:
    going_on = False
    for line in lines:
        going_on = line.startswith(first) or (going_on and (line.startswith(more) or line == more.rstrip()))
        if going_on:
            yield line


def _fences(text: str) -> Iterator[tuple[str, str]]:
    """Give each fence's label and code."""
    for token in _READER.parse(text):
        if token.type == "fence":
            yield _label(token.info), _dedented(token.content)
        elif token.type == "code_block" and re.match(r"\s*(```|~~~)", token.content):
            # Four spaces before a fence make it text on a page; models mean the fence.
            yield from _fences(textwrap.dedent(token.content))
        elif token.type == "inline":
            yield from _single_lines(token)


def _single_lines(paragraph: Token) -> Iterator[tuple[str, str]]:
    """Give what stands in triple backticks within a line."""
    for token in paragraph.children or ():
        if token.type == "code_inline" and len(token.markup) >= 3:
            label, _, code = token.content.strip().partition(" ")
            known = label.lower() in _PYTHON_LABELS | _SHELL_LABELS
            # `python x.py` is a command; `python print(1)` is labelled code.
            labelled = known and not (label.lower().startswith("python") and _STARTS_SHELL.match(token.content))
            labelled = labelled or (known and _is_python(code))
            yield (label, code + "\n") if labelled else ("", token.content.strip() + "\n")


def _label(info: str) -> str:
    found = _LABEL.match(info)
    return found[1] if found else ""


def _dedented(code: str) -> str:
    """Undo an indentation that all lines share: CommonMark removes only the fence's own."""
    return textwrap.dedent(code)


_READER = MarkdownIt("commonmark")
