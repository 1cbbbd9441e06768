"""Which language code is in, by its label and, where that is missing or lies, by its content. Pure."""

from __future__ import annotations

import ast
import json
import re
from enum import Enum

PYTHON = "python"
SHELL = "sh"


class Reading(Enum):
    """How code is told from what is none."""

    LABELS = "labels"
    """By the fences' labels alone."""
    FORMER = "former"
    """As runs of pinned format 4 and before read it: by content only where there is no label, or one of the shell."""
    CONTENT = "content"
    """By content wherever label or fence is wrong."""


_PYTHON_LABELS = frozenset({"python", "py", "python3", "py3", "pycon", "ipython", "python2", "jupyter"})
_SHELL_LABELS = frozenset({"sh", "bash", "shell", "console", "zsh", "shell-session", "shellscript", "terminal"})
KNOWN = _PYTHON_LABELS | _SHELL_LABELS
_EMPTY_LABELS = frozenset(
    {"code", "program", "script", "snippet", "main", "run", "execute", "tool_code", "代码", "程序"}
)
"""Labels that name no language."""
_DEFINES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DOES_SOMETHING = (*_DEFINES, ast.For, ast.While, ast.With, ast.Call)
_SETS_A_NAME = (*_DOES_SOMETHING, ast.Assign, ast.AugAssign)
_STARTS_SHELL = re.compile(r"\s*(?:\$ |(?:python3?|pip3?)\s+[\w./-])")
_COMMAND = re.compile(
    r"\s*(?:\$ |\./|(?:sudo|apt|apt-get|awk|bash|cat|cd|chmod|conda|cp|curl|date|df|du|echo|env|export|find|git|grep|"
    r"head|ls|mkdir|mv|node|npm|pip3?|pwd|pytest|python3?|rm|sed|sh|sleep|sort|source|tail|tar|touch|uniq|unzip|wc|"
    r"wget|which|whoami|zip)(?![\w(=.:,\[]| *=))"
)
_LETTER = re.compile(r"[^\W\d_]")


def language_of(label: str) -> str | None:
    """Return `python` or `sh` by the label alone, or None for all others."""
    label = label.strip().lower()
    if label in _PYTHON_LABELS:
        return PYTHON
    return SHELL if label in _SHELL_LABELS else None


def runnable_language(label: str, code: str, reading: Reading = Reading.CONTENT) -> str | None:
    """Return `python` or `sh`, or None for what cannot be run.

    Code that stands under the other's label is what it is: models do that. Data under a label of Python are none.
    Without a label only what plainly is code counts.
    """
    language = language_of(label)
    if reading is Reading.LABELS:
        return language
    if language == SHELL and is_python(code):
        return PYTHON
    if reading is Reading.CONTENT:
        if label.strip().lower() in _EMPTY_LABELS:
            label = ""
        if language == PYTHON:
            return _of_python(code)
    if language or label.strip():
        return language
    if is_python(code, or_sets_a_name=True):
        return PYTHON
    return SHELL if _STARTS_SHELL.match(code) else None


def starts_shell(code: str) -> bool:
    """Return whether code begins like a command of a shell that runs Python."""
    return bool(_STARTS_SHELL.match(code))


def is_python(code: str, *, or_sets_a_name: bool = False) -> bool:
    """Tell whether code is Python that does something: words and numbers alone parse as Python too."""
    tree = parsed(code)
    kinds = _SETS_A_NAME if or_sets_a_name else _DOES_SOMETHING
    return tree is not None and any(isinstance(node, kinds) for node in ast.walk(tree))


def is_program(text: str) -> bool:
    """Tell whether a text without any fence is a program: it defines, imports or prints something."""
    tree = parsed(text)
    if tree is None:
        return False
    kinds = (*_DEFINES, ast.For, ast.While)
    return any(isinstance(node, kinds) or _prints(node) for node in tree.body) and is_python(text)


def parsed(code: str) -> ast.Module | None:
    """Return the syntax tree of Python code, also of a session with its prompts; None for everything else."""
    try:
        # On the loop's thread only: CPython 3.11 counts a parser's depth for all threads together.
        return ast.parse(without_prompts(code, PYTHON))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def without_prompts(code: str, language: str) -> str:
    """Keep what was typed at `$ ` or `>>> `, when a session is shown, and drop what was answered."""
    lines = code.split("\n")
    first, more = ("$ ", "> ") if language == SHELL else (">>> ", "... ")
    typed = [line.lstrip() for line in lines]
    if not next((line for line in typed if line), "").startswith(first):
        return code
    kept = [line[len(first) :] if line.startswith(first) else line[len(more) :] for line in _typed(typed, first, more)]
    return "\n".join(kept) + "\n"


def _typed(lines: list[str], first: str, more: str) -> list[str]:
    going_on, kept = False, []
    for line in lines:
        going_on = line.startswith(first) or (going_on and (line.startswith(more) or line == more.rstrip()))
        if going_on:
            kept.append(line)
    return kept


def _of_python(code: str) -> str | None:
    """Return what code labelled as Python is: a program in error stays one, so that its error is read."""
    lines = [line for line in code.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and all(_COMMAND.match(line) for line in lines) and not is_python(code):
        return SHELL
    return None if _is_data(code) else PYTHON


def _is_data(code: str) -> bool:
    """Tell whether code is nothing but values, such as JSON or the output of a program."""
    if not _LETTER.search(code):
        return True
    try:
        return isinstance(json.loads(code), dict | list | int | float | str)
    except (ValueError, RecursionError):
        pass
    tree = parsed(code)
    return tree is not None and all(isinstance(line, ast.Expr) and _is_value(line.value) for line in tree.body)


def _is_value(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def _prints(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
    return False
