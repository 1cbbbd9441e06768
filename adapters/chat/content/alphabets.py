"""Words that mix alphabets: a letter of one that looks like a letter of another makes another name of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d]\w*")
_NO_ALPHABETS = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "HALFWIDTH"}
    | {"THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"}
    | {"MICRO", "FEMININE", "MASCULINE", "SUPERSCRIPT", "SUBSCRIPT", "MODIFIER"}
)
"""First words of names: of scripts that stand beside Latin words without a space, and of signs such as `µ` and `ª`."""
_GREEK_TWINS = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανικορτυχγϲϳ")
"""Greek letters that may be taken for Latin ones; others, as in `Δt`, are just names of quantities."""


def mixed_words(text: str) -> list[str]:
    """Return the words that hold letters of several alphabets, each once, all that is not ASCII in them by number."""
    if text.isascii():
        return []
    found = dict.fromkeys(word for word in _WORD.findall(text) if not word.isascii() and _is_mixed(word))
    return [_by_number(word) for word in found]


def _is_mixed(word: str) -> bool:
    return len({name for char in word if (name := _alphabet(char))}) > 1


@lru_cache(maxsize=4096)
def _alphabet(char: str) -> str:
    """Return the alphabet of a letter; empty for a sign of another kind and for a script that is taken for none."""
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    if unicodedata.category(char)[0] != "L":
        return ""
    name = unicodedata.name(char, "").split(" ", 1)[0]
    if name in _NO_ALPHABETS or (name == "GREEK" and char not in _GREEK_TWINS):
        return ""
    return name


def _by_number(word: str) -> str:
    return "".join(char if char.isascii() else f"⟦U+{ord(char):04X}⟧" for char in word)
