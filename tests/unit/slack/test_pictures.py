from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.rendering.render import parts, render
from bot.domain import PostKind, TurnKind
from tests.pictures.blocks import Shown, page, seen, transcript
from tests.pictures.drawing import drawing
from tests.unit.slack.made import NO, YES, answered, approval, item, post, said, turn
from tests.unit.slack.nasty import NASTY
from tests.unit.slack.test_markdown import ANSWER

CODE = approval(item("import os\nprint(os.listdir('.'))"), item('{"city": "Ulm"}', kind="tool", title="weather"))


def thread(text: str = ANSWER) -> list[Shown]:
    posts = [
        said(text),
        post(PostKind.REQUEST, request=CODE, text="coder wants to run 2 things."),
        post(PostKind.CLOSED, request=answered(CODE, YES, NO), text="Decided by Ada: 1 approved, 1 rejected."),
        post(turn=turn("2 3 5\n", TurnKind.CODE, title="python", agent="runner")),
    ]
    shown = [
        Shown(name=part.username or "Threadfast", icon=part.icon or "", blocks=part.blocks)
        for each in posts
        for part in parts(each)
    ]
    return [*shown, Shown(name="Threadfast", blocks=(), text="Kept. &lt;b&gt;", private=True)]


def test_page_shows_every_line_of_a_thread_and_fetches_nothing() -> None:
    made = page("A thread", thread())

    assert "<pre>x = 1</pre>" in made
    assert "<button class='primary'>Approve 1</button>" in made
    assert "Only visible to you" in made
    assert not any(each in made for each in ("<script", "<img", "src=", "href=", "url("))


@pytest.mark.parametrize("text", NASTY)
def test_page_escapes_whatever_stands_in_a_message(text: str) -> None:
    message = Shown(name=text, icon=text, text=text, blocks=render(said(text)).parts[0].blocks)

    made = page(text, [message, replace(message, blocks=())])

    assert "<img" not in made
    assert "<a " not in made
    assert "<!channel" not in made


def test_drawing_is_a_picture_of_the_thread() -> None:
    made = drawing("A thread", thread())

    assert made.startswith("<svg")
    assert all(each in made for each in ("coder", "Approve", "weather", "Ulm"))
    assert "url(http" not in made.replace('"', "")


def test_transcript_names_who_speaks_and_who_sees_it() -> None:
    lines = transcript(thread("Hello.")).split("\n")

    assert lines[:2] == ["coder", "  Hello."]
    assert lines[-3:-1] == ["Threadfast (only you see this)", "  Kept. <b>"]


@given(st.text())
def test_plain_lines_of_any_text_hold_it(text: str) -> None:
    assert text in seen([{"type": "section", "text": {"type": "plain_text", "text": text}}])
