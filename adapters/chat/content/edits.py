"""Code in a form that a person changes: everything in it to be seen, and exactly it when it comes back. Pure.

Platforms hand back what stands in a form's field, and not always as it stood there: line ends may be others, and white
space around the whole may be gone. So what they might change is put there by number, as on a card, and so is what
nobody would see. A line end that ends the whole is put there as it is; whether it comes back says nothing.
"""

from __future__ import annotations

import re

from adapters.text import revealed, visible

_AROUND = re.compile(r"\A[\n\t ]+|[\n\t ]+\Z")
_HALF = re.compile("[\ud800-\udfff]")
_SEEN = frozenset("⟦\u3000\u200d\ufe0e\ufe0f")
"""Shown by number on cards, and yet no cause to refuse what was typed: our own sign, a wide space, parts of emoji."""
_MOST_NAMED = 5


def in_form(content: str) -> str:
    """Return what stands in the form for a program."""
    shown = visible(content)
    return _AROUND.sub(lambda found: found[0] if found[0] == "\n" and found.start() else _numbered(found[0]), shown)


def from_form(written: str, proposed: str) -> str:
    """Return the program that was sent; exactly what was proposed, where the form still says that.

    Args:
        written: What the platform says stands in the field.
        proposed: What `in_form` was made of.
    """
    text = _as_typed(written)
    return proposed if text.removesuffix("\n") == in_form(proposed).removesuffix("\n") else revealed(text)


def unseen_in(written: str) -> str:
    """Return the characters in what was sent that nobody sees, by number; empty: there are none."""
    text = _as_typed(written)
    found = [visible(char) for char in text if char not in _SEEN and visible(char) != char]
    found += [visible(char) for char in _HALF.findall(revealed(text))]
    return " ".join([*dict.fromkeys(found)][:_MOST_NAMED])


def holds(content: str, most: int) -> bool:
    """Whether a form of so many UTF-16 units holds a program: something is to be seen, no half of a character in it."""
    if len(content) > most or not content.strip() or _HALF.search(content):
        return False
    return len(in_form(content).encode("utf-16-le")) <= 2 * most


def _as_typed(written: str) -> str:
    """Return what was typed: nobody types a carriage return."""
    return written.replace("\r\n", "\n").replace("\r", "\n")


def _numbered(space: str) -> str:
    return "".join(f"⟦U+{ord(char):04X}⟧" for char in space)
