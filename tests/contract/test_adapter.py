"""What every adapter promises, over all of them."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest

from adapters.console.adapter import ConsoleAdapter
from adapters.console.plain import PlainFront
from adapters.console.talk import Talk
from bot.domain import Post, PostKind, ThreadRef, Turn, TurnKind
from bot.ports import ChatAdapter
from tests.fakes import ANNA, START, FakeAdapter, Thread

Made = Callable[[], ChatAdapter]


THREAD = "t1"


def fake() -> ChatAdapter:
    return FakeAdapter()


def console() -> ChatAdapter:
    """Make the terminal's adapter with its plain front; a terminal shows one thread."""
    talk = Talk(Thread(THREAD, adapter="console").ref, ANNA, language="en", team=None, now=lambda: START, teams=list)
    return ConsoleAdapter(talk, PlainFront(out=StringIO(), err=StringIO(), say_first=None, answers=(), lines=None))


def adapters() -> list[Made]:
    """Return a factory per adapter: add a platform here."""
    return [fake, console]


@pytest.fixture(params=adapters(), ids=lambda made: made.__name__)
def adapter(request: pytest.FixtureRequest) -> ChatAdapter:
    made: Made = request.param
    return made()


def turn(adapter: ChatAdapter, number: int, text: str = "hello") -> Post:
    thread = ThreadRef(adapter=adapter.name, workspace="w", channel="c", thread=THREAD)
    return Post(
        key=f"r/chat/{number}",
        kind=PostKind.TURN,
        thread=thread,
        language="en",
        turn=Turn(path="chat", n=number, kind=TurnKind.TEXT, agent="ada", text=text),
    )


async def test_name_is_a_part_of_an_address(adapter: ChatAdapter) -> None:
    thread = turn(adapter, 1).thread

    assert ThreadRef.parse(str(thread)) == thread
    assert ":" not in adapter.name


async def test_post_that_was_shown_is_found_by_its_key(adapter: ChatAdapter) -> None:
    shown = await adapter.post(turn(adapter, 1))

    assert await adapter.find(turn(adapter, 1)) == shown


async def test_post_that_was_not_shown_is_not_found(adapter: ChatAdapter) -> None:
    await adapter.post(turn(adapter, 1))

    assert await adapter.find(turn(adapter, 2)) is None


async def test_two_posts_have_two_ids(adapter: ChatAdapter) -> None:
    assert await adapter.post(turn(adapter, 1)) != await adapter.post(turn(adapter, 2))


async def test_update_keeps_the_id_of_what_it_replaces(adapter: ChatAdapter) -> None:
    shown = await adapter.post(turn(adapter, 1))

    assert await adapter.post(turn(adapter, 2), update=shown) == shown
    assert await adapter.find(turn(adapter, 2)) == shown


@pytest.mark.parametrize("text", ["", "a", "好" * 5000, "\u202e\x00\ud83d", "```\n[bold]*_~<b>&"])
async def test_any_text_can_be_shown(adapter: ChatAdapter, text: str) -> None:
    assert await adapter.post(turn(adapter, 1, text))


async def test_preview_of_a_turn_that_never_comes_does_no_harm(adapter: ChatAdapter) -> None:
    thread = turn(adapter, 1).thread
    adapter.preview(thread, "chat", "ada", "")
    adapter.preview(thread, "chat", "ada", "hel")
    adapter.preview(thread, "chat", "ada", "")


async def test_marking_a_message_as_seen_may_be_repeated(adapter: ChatAdapter) -> None:
    event = Thread(THREAD, adapter=adapter.name).event("hi")
    await adapter.seen(event)
    await adapter.seen(event)
