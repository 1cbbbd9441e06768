"""Mends code whose fence is wrong: its end glued to a line, missing, or behind the output; code without any. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agents.labels import PYTHON, Reading, is_program, is_python, language_of, parsed, runnable_language


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands in a fence."""

    label: str
    code: str
    info: str = ""
    """All that stands behind the fence's beginning."""
    is_open: bool = False
    """Whether the fence has no end."""


Read = Callable[[str], list[Piece]]

_GLUED = re.compile(r"^(?![ \t]*>(?!>>))(?P<code>[^\n`]*[^\s`][^\n`]*)```[ \t]*$", re.MULTILINE)
"""The last line of code with the fence's end behind it; in a line with others before it is a single-line fence.

Not a quoted line: what follows it would be quoted no more.
"""
_QUOTES = re.compile(r"\s*'''[ \t]*(python|py|sh|bash)[ \t]*\n(.*?)^'''\s*", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_BEGINS = re.compile(
    r"\s*(?:python3?|py)\s+(?P<code>(?:import |from |def |class |for |while |@|.*\().*)", re.IGNORECASE
)
_OUTPUT = re.compile(
    r"^[ \t*_>•-]*(?:(?:expected |sample |program )?(?:output|results?)|输出(?:结果)?|运行结果|结果)[*_ \t]*[:：].*\Z",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
"""What a program is said to print, from its headline on: no comment, and no words in a text that is not closed."""
_STATEMENT = re.compile(
    r"^[ \t]*(?:(?:import|from|def|class|for|while|if|elif|else|try|except|finally|with|return|async|await|raise|del|"
    r"print|assert|lambda|global|pass|break|continue)\b|[\w.]+[ \t]*\(|[\w.,\[\]'\" \t]+?[-+*/|&%]?=(?!=)|"
    r"[a-z_]\w*[ \t]*:[^\n=]*=(?!=)|@\w|\"\"\"|\'\'\')",
    re.MULTILINE,
)
"""How a line of a program may begin."""
_PROSE = re.compile(r"(?:[A-Z*>-]|[\u3400-\u9fff])[^\n=(){}\[\]]*")
"""A line of words: it begins like a sentence and has none of a program's marks."""
_WORD_OF_LABEL = re.compile(r"\A\s*(?:python3?|py)[ \t]*\n", re.IGNORECASE)
_LAST_WORD = re.compile(r"\n\s*[*_`]*[A-Z]{4,}[*_`.]*\s*\Z")
"""A last line of one word in capitals, such as the one that ends a chat."""
_STARTS_FILE = re.compile(r"(?:\$ )?python3?[ \t]+(?:\./)?([\w.-]+\.py)[ \t]*")


def starts_program_before(command: str, programs: Sequence[str]) -> bool:
    """Tell whether a shell block only starts the program of a block before it, by a file's name that nothing wrote.

    That program runs as it is; there is no such file.
    """
    lines = [line.strip() for line in command.splitlines() if line.strip()]
    names = [found[1] if (found := _STARTS_FILE.fullmatch(line)) else None for line in lines]
    written = [line for program in programs for line in program.splitlines() if not line.lstrip().startswith("#")]
    return bool(programs and names) and all(name and not any(name in line for line in written) for name in names)


def mended(text: str, pieces: Sequence[Piece], read: Read) -> list[Piece]:
    """Return the pieces of a text with wrong fences put right; each piece that is right stays as it is."""
    if not pieces:
        return _without_fences(text, read)
    if any(_is_broken(piece) for piece in pieces) and (apart := _GLUED.sub(r"\g<code>\n```", text)) != text:
        again = read(apart)
        if len(again) >= len(pieces) and not any(_is_broken(piece) for piece in again):
            return again
    return [_mended(piece) for piece in pieces]


def _is_broken(piece: Piece) -> bool:
    """Whether a piece is to be Python and is none."""
    return language_of(piece.label) == PYTHON and parsed(piece.code) is None


def _mended(piece: Piece) -> Piece:
    if language_of(piece.label) == PYTHON and (begun := _BEGINS.fullmatch(piece.info)):
        whole = f"{begun['code']}\n{piece.code}"
        if is_python(whole):
            return replace(piece, code=whole)
    if runnable_language(piece.label, piece.code, Reading.CONTENT) != PYTHON or parsed(piece.code) is not None:
        return piece
    if (printed := _OUTPUT.search(piece.code)) and not _STATEMENT.search(printed[0]):
        program = piece.code[: printed.start()]
        if is_python(program):
            return replace(piece, code=program)
    return _without_words_after(piece) if piece.is_open else piece


def _without_words_after(piece: Piece) -> Piece:
    """Leave out the words that stand after a program whose fence has no end."""
    lines = piece.code.split("\n")
    for at in range(len(lines) - 1, 0, -1):
        rest = [line for line in lines[at:] if line.strip()]
        program = "\n".join(lines[:at])
        words = bool(rest) and _PROSE.fullmatch(rest[0].strip()) and not _STATEMENT.search("\n".join(rest))
        if words and is_python(program):
            return replace(piece, code=program + "\n")
    return piece


def _without_fences(text: str, read: Read) -> list[Piece]:
    """Find code between triple quotes that are the whole text, or a text that is a program as a whole."""
    said = _LAST_WORD.sub("\n", text)
    if (quoted := _QUOTES.fullmatch(said)) and "\n'''" not in f"\n{quoted[2]}":
        return read(quoted.expand(r"```\1\n\2```"))
    program = _LAST_WORD.sub("\n", _WORD_OF_LABEL.sub("", text))
    return [Piece(PYTHON, program)] if is_program(program) else []
