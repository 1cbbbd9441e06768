from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import SMALLEST_LIMIT, harmless, pieces, revealed, split, visible

LINES = st.lists(
    st.sampled_from(["```python", "```", "~~~", "````", "x = 1", "", " 中文", "word " * 30, "y" * 90]) | st.text(),
    max_size=30,
).map("\n".join)
LIMITS = st.integers(SMALLEST_LIMIT, 120)


@given(LINES, LIMITS)
def test_splitting_loses_no_text(text: str, limit: int) -> None:
    assert "".join(piece.body for piece in pieces(text, limit)) == text


@given(LINES, LIMITS)
def test_no_part_is_longer_than_the_limit(text: str, limit: int) -> None:
    assert all(len(part) <= limit for part in split(text, limit))


def test_fence_that_spans_parts_is_closed_and_opened_again_with_its_language() -> None:
    text = "See:\n```python\n" + "print('a line')\n" * 4 + "```\nDone."

    assert split(text, 50) == [
        "See:\n```python\nprint('a line')\n```",
        "```python\nprint('a line')\nprint('a line')\n```",
        "```python\nprint('a line')\n```\nDone.",
    ]


def test_long_line_is_cut_at_a_space() -> None:
    assert split("one two three four five six seven eight", 36) == ["one two three four five six seven ", "eight"]


def test_empty_text_is_one_empty_part() -> None:
    assert split("", 100) == [""]


def test_limit_without_room_for_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        pieces("text", 5)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_what_is_made_visible_decodes_to_exactly_the_same_text(text: str) -> None:
    assert revealed(visible(text)) == text


@given(
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"], exclude_characters="\n\t"))
)
def test_no_invisible_character_survives_being_made_visible(text: str) -> None:
    assert all(char.isprintable() for char in visible(text))


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\u00a0", "\u3164", "\ufe0f", "\r", "\x1b", "\U000e0041"])
def test_hidden_character_in_code_is_shown_by_its_number(char: str) -> None:
    assert visible(f"a{char}b") == f"a⟦U+{ord(char):04X}⟧b"


def test_what_looks_like_the_notation_is_itself_shown_by_number() -> None:
    assert revealed(visible("⟦U+200B⟧")) == "⟦U+200B⟧"


def test_escape_sequence_cannot_steer_the_terminal() -> None:
    assert harmless("\x1b]52;c;aGk=\x07 and \u202e") == "⟦U+001B⟧]52;c;aGk=⟦U+0007⟧ and ⟦U+202E⟧"


def test_emoji_and_chinese_stay_as_they_are_in_a_turn() -> None:
    assert harmless("中文\t👩‍💻\n") == "中文\t👩‍💻\n"


def test_exactly_what_steers_or_is_hidden_is_shown_by_number() -> None:
    for char in map(chr, range(0x110000)):
        category = unicodedata.category(char)
        bidi = char in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        steers = char not in "\n\t" and (category in ("Cc", "Zl", "Zp", "Cs") or bidi)
        assert (harmless(char) != char) == steers, hex(ord(char))
        assert category[0] not in "CZ" or char in "\n\t " or visible(char) != char, hex(ord(char))
