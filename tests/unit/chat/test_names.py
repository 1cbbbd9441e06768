from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.content.names import file_name, one_line, shown_name

ANY = st.text(alphabet=st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.png", "a.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.txt", "y.txt"),
        ("a\u202egnp.exe", "a⟦U+202E⟧gnp.exe"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("/", "file"),
        ("<!channel>.png", "_!channel_.png"),
        ("a" * 300 + ".png", "a" * 76 + ".png"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_file_is_named_for_display(text: str, name: str) -> None:
    assert file_name(text) == name


@given(ANY)
def test_any_files_name_is_short_and_plain(text: str) -> None:
    name = file_name(text)

    assert 0 < len(name) <= 80
    assert name.isprintable()
    assert not set(name) & set("/\\<>&@`|")


def test_agents_name_is_shown_on_one_line_without_signs() -> None:
    assert shown_name("a\nb <@U1> @here") == "a b ‹＠U1› ＠here"
    assert shown_name("") == "-"
    assert len(shown_name("x" * 200)) == 80


def test_line_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert one_line("one two three", 8) == "one two…"
