from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.addresses import address, with_addresses
from adapters.chat.names import file_name, one_line, shown_name
from adapters.slack.rendering.inert import inert, streamed
from adapters.text import harmless
from tests.unit.slack.nasty import NASTY
from tests.unit.slack.reader import live_markdown, live_markup, unescaped

ANY = st.text(alphabet=st.characters(exclude_categories=[]))
MIXED = st.lists(st.sampled_from(NASTY) | ANY, max_size=6).map("".join)


@given(MIXED)
def test_text_of_a_message_pings_and_links_nothing(text: str) -> None:
    assert live_markup(inert(text)) == []
    inert(text).encode()


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_pings_and_links_nothing(text: str) -> None:
    assert live_markup(inert(text)) == []
    assert live_markdown(streamed(text)) == []
    assert live_markup(shown_name(text)) == []
    assert live_markup(file_name(text), links=False) == []


@given(MIXED)
def test_streamed_text_pings_and_links_nothing(text: str) -> None:
    assert live_markdown(streamed(text)) == []


@given(MIXED, MIXED)
def test_what_was_streamed_stays_the_beginning_of_what_is_streamed_later(first: str, more: str) -> None:
    assert streamed(first + more) == streamed(first) + streamed(more)


@given(ANY.filter(lambda text: "@" not in text and ":" not in text and "." not in text))
def test_escaping_undone_gives_the_text(text: str) -> None:
    shown = unescaped(inert(text))

    assert shown.endswith("…") or shown == harmless(text)


@given(MIXED, st.integers(10, 60))
def test_text_is_cut_between_escapes(text: str, limit: int) -> None:
    cut = inert(text, limit)

    assert len(cut) <= limit
    assert "&" not in cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


def test_text_for_a_notification_stays_readable() -> None:
    assert inert("`a < b` & see https://x.example, @ada, @here") == (
        "`a &lt; b` &amp; see https[:]//x.example, @\u2060ada, @\u2060here"
    )


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://x.example/a_(b), yes", ["https://x.example/a_(b"]),
        ("<https://a.example|b>", ["https://a.example"]),
        ("www.x.example and mailto:a@b.example.", ["www.x.example", "mailto:a@b.example"]),
        ("main.py, 12:30, a//b", []),
    ],
)
def test_addresses_are_found_in_prose(text: str, found: list[str]) -> None:
    pieces = with_addresses(text)

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_one in pieces if is_one] == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://x.example/ü", "https://x.example/ü"),
        ("https://p\u0430ypal.com/", "https://p\u0430ypal.com/ [xn--pypal-4ve.com]"),
        ("www.p\u0430ypal.com", "www.p\u0430ypal.com [www.xn--pypal-4ve.com]"),
        ("https://a@p\u0430ypal.com:1/", "https://a@p\u0430ypal.com:1/ [xn--pypal-4ve.com]"),
        ("http://[broken/", "http://[broken/"),
        ("http://" + "\u0430" * 64, "http://" + "\u0430" * 64 + " [" + "⟦U+0430⟧" * 64 + "]"),
    ],
)
def test_address_with_letters_that_look_like_others_shows_its_real_host(text: str, shown: str) -> None:
    assert address(text) == shown
