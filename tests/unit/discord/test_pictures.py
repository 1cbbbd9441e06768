from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rendering.pictures import picture_of
from tests.pictures.discord_drawing import Message, drawing
from tests.pictures.discord_lines import lines, measured
from tests.pictures.discord_threads import later, picture
from tests.pictures.kept import words
from tests.unit.slack.nasty import NASTY

CARD = (
    "coder wants to run this. `approve` runs it.\n**Code, python**\n-# sha256 12\n"
    "```python\nprint(1)\n\nprint(2)\n```\n> a \\*b\\*"
)
THREAD = [
    Message(key="1", name="Anna", content="@Threadfast go"),
    Message(key="2", name="coder", content="Here.", app=True, picture=picture_of("coder")),
    Message(key="3", name="Threadfast", content=CARD, app=True, rows=((("Approve", 1), ("Reject", 4)),)),
]


def test_drawing_shows_names_words_code_and_buttons_and_fetches_nothing() -> None:
    made = drawing("#general", THREAD)

    assert words(made) == [
        *("#general", "A", "Anna", "@Threadfast go", "coder", "APP", "Here.", "T", "Threadfast", "APP"),
        *("coder wants to run this. approve runs it.", "Code, python", "sha256 12", "print(1)", "print(2)", "a *b*"),
        *("Approve", "Reject"),
    ]
    assert ET.fromstring(made).tag.endswith("svg")
    assert 'href="data:image/png;base64,' in made
    assert "http" not in made.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("text", NASTY)
def test_drawing_escapes_whatever_stands_in_a_message(text: str) -> None:
    made = drawing("x", [Message(key="1", name="n", content=text, rows=(((text, 2),),))])

    assert "<img" not in made
    assert "<script" not in made


def test_later_shows_what_is_new_or_changed_after_what_happened() -> None:
    closed = Message(key="3", name="Threadfast", content="Approved by Anna.", app=True)

    shown = later(THREAD, "Anna presses Approve", [*THREAD[:2], closed])

    assert [one.content for one in shown] == [*(one.content for one in THREAD), "Anna presses Approve", closed.content]


def test_times_are_the_same_whenever_the_thread_was_seen() -> None:
    contents = [
        f"-# <t:{moment}:f>\n-# Open until <t:{moment + 30 * 86400 - 40}:f>" for moment in (1795383597, 1895000000)
    ]

    first, second = (words(picture("x", [Message(key="1", name="n", content=each)])) for each in contents)

    assert first == second
    assert first[-2:] == ["5 January 2026 09:00", "Open until 4 February 2026 09:00"]


@given(st.lists(st.sampled_from(["word", "longer-word", "中文字符", "`code`", "**bold**", "\n"]), max_size=200))
def test_lines_hold_all_words_and_end_where_the_picture_does(said: list[str]) -> None:
    broken = lines(" ".join(said), 300)

    shown = "".join(piece.text for line in broken for piece in line.pieces)
    wanted = " ".join(said).replace("`", "").replace("**", "")
    assert "".join(shown.split()) == "".join(wanted.split())
    assert all(sum(measured(piece.text, line.block) for piece in line.pieces) < 340 for line in broken)
