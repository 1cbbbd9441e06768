from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.chat.sending.prepared import KEPT, Prepared
from bot.domain import Post, PostKind
from tests.fakes import Thread

POST = Post(key="1", kind=PostKind.NOTICE, thread=Thread().ref, language="en", text="hello")


class Drawing:
    """Counts how often it draws."""

    def __init__(self) -> None:
        self.drawn = 0

    def draw(self, post: Post, bold: bool) -> str:
        self.drawn += 1
        return f"**{post.text}**" if bold else post.text


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


@pytest.fixture
def prepared(drawing: Drawing) -> Prepared[str]:
    return Prepared(drawing.draw)


def test_post_that_was_prepared_is_not_drawn_again(prepared: Prepared[str], drawing: Drawing) -> None:
    prepared.prepare(POST, bold=True)

    assert (prepared.of(POST, bold=True), drawing.drawn) == ("**hello**", 1)


def test_post_that_was_not_prepared_is_drawn(prepared: Prepared[str]) -> None:
    assert prepared.of(POST, bold=False) == "hello"


def test_names_that_are_shown_otherwise_by_now_are_drawn_so(prepared: Prepared[str]) -> None:
    prepared.prepare(POST, bold=False)

    assert prepared.of(POST, bold=True) == "**hello**"


def test_post_with_something_else_in_it_is_drawn_with_that(prepared: Prepared[str]) -> None:
    prepared.prepare(POST, bold=False)

    assert prepared.of(replace(POST, text="bye"), bold=False) == "bye"


def test_post_is_drawn_anew_when_it_is_shown_a_second_time(prepared: Prepared[str], drawing: Drawing) -> None:
    prepared.prepare(POST, bold=False)
    prepared.of(POST, bold=False)

    assert (prepared.of(POST, bold=False), drawing.drawn) == ("hello", 2)


def test_posts_that_nobody_shows_are_forgotten(prepared: Prepared[str], drawing: Drawing) -> None:
    posts = [replace(POST, key=str(number)) for number in range(KEPT + 1)]
    for post in posts:
        prepared.prepare(post, bold=False)

    prepared.of(posts[1], bold=False)
    assert drawing.drawn == KEPT + 1
    prepared.of(posts[0], bold=False)
    assert drawing.drawn == KEPT + 2
