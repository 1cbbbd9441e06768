from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.content.names import file_name, shown_name
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
