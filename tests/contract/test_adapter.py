"""What every adapter promises, over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from io import StringIO

import pytest

from adapters.console.adapter import ConsoleAdapter
from adapters.console.plain import PlainFront
from adapters.console.talk import Talk
from bot.domain import Event, EventKind, Post, PostKind, ThreadRef, Turn, TurnKind
from bot.ports import ChatAdapter
from tests.contract.discord import discord_adapter
from tests.contract.slack import slack_adapter
from tests.fakes import ANNA, START, FakeAdapter, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An adapter, and a thread in which it can show something."""

    adapter: ChatAdapter
    thread: ThreadRef


Made = Callable[[], AbstractAsyncContextManager[Subject]]


@asynccontextmanager
async def fake() -> AsyncIterator[Subject]:
    yield Subject(adapter=FakeAdapter(), thread=Thread().ref)


@asynccontextmanager
async def console() -> AsyncIterator[Subject]:
    """Make the terminal's adapter with its plain front; a terminal shows one thread."""
    thread = Thread(adapter="console").ref
    talk = Talk(thread, ANNA, language="en", team=None, now=lambda: START, teams=list)
    front = PlainFront(out=StringIO(), err=StringIO(), say_first=None, answers=(), lines=None)
    yield Subject(adapter=ConsoleAdapter(talk, front), thread=thread)


@asynccontextmanager
async def slack() -> AsyncIterator[Subject]:
    """Make Slack's adapter before a Slack of its own, in the thread of somebody's message."""
    async with slack_adapter() as (adapter, thread):
        yield Subject(adapter=adapter, thread=thread)


@asynccontextmanager
async def discord() -> AsyncIterator[Subject]:
    """Make Discord's adapter before a Discord of its own, in the thread of somebody's message."""
    async with discord_adapter() as (adapter, thread):
        yield Subject(adapter=adapter, thread=thread)


def adapters() -> list[Made]:
    """Return a factory per adapter: add a platform here."""
    return [fake, console, slack, discord]


@pytest.fixture(params=adapters(), ids=lambda made: made.__name__)
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    made: Made = request.param
    async with made() as subject:
        yield subject


@pytest.fixture
def adapter(subject: Subject) -> ChatAdapter:
    return subject.adapter


@pytest.fixture
def thread(subject: Subject) -> ThreadRef:
    return subject.thread


def turn(thread: ThreadRef, number: int, text: str = "hello") -> Post:
    return Post(
        key=f"r/chat/{number}",
        kind=PostKind.TURN,
        thread=thread,
        language="en",
        turn=Turn(path="chat", n=number, kind=TurnKind.TEXT, agent="ada", text=text),
    )


def test_name_is_a_part_of_an_address(adapter: ChatAdapter, thread: ThreadRef) -> None:
    assert ThreadRef.parse(str(thread)) == thread
    assert thread.adapter == adapter.name
    assert ":" not in adapter.name


async def test_post_that_was_shown_is_found_by_its_key(adapter: ChatAdapter, thread: ThreadRef) -> None:
    shown = await adapter.post(turn(thread, 1))

    assert await adapter.find(turn(thread, 1), after=None) == shown


async def test_post_that_was_not_shown_is_not_found(adapter: ChatAdapter, thread: ThreadRef) -> None:
    shown = await adapter.post(turn(thread, 1))

    assert await adapter.find(turn(thread, 2), after=shown) is None


async def test_two_posts_have_two_ids(adapter: ChatAdapter, thread: ThreadRef) -> None:
    assert await adapter.post(turn(thread, 1)) != await adapter.post(turn(thread, 2))


async def test_update_keeps_the_id_of_what_it_replaces(adapter: ChatAdapter, thread: ThreadRef) -> None:
    shown = await adapter.post(turn(thread, 1))

    assert await adapter.post(turn(thread, 2), update=shown) == shown
    assert await adapter.find(turn(thread, 2), after=None) == shown


@pytest.mark.parametrize("text", ["", "a", "好" * 5000, "\u202e\x00\ud83d", "```\n[bold]*_~<b>&"])
async def test_any_text_can_be_shown(adapter: ChatAdapter, thread: ThreadRef, text: str) -> None:
    assert await adapter.post(turn(thread, 1, text))


async def test_post_that_was_prepared_is_shown_and_found_as_any_other(adapter: ChatAdapter, thread: ThreadRef) -> None:
    first, second = turn(thread, 1), turn(thread, 2)
    adapter.prepare(first)
    adapter.prepare(second)

    shown = await adapter.post(second)
    assert await adapter.find(first, after=shown) is None
    assert await adapter.find(second, after=None) == shown


async def test_preview_of_a_turn_that_never_comes_does_no_harm(adapter: ChatAdapter, thread: ThreadRef) -> None:
    adapter.preview(thread, "chat", "ada", "")
    adapter.preview(thread, "chat", "ada", "hel")
    adapter.preview(thread, "chat", "ada", "")


async def test_status_of_a_call_that_is_never_answered_does_no_harm(adapter: ChatAdapter, thread: ThreadRef) -> None:
    adapter.status(thread, "chat", "ada", "")
    adapter.status(thread, "chat", "ada", "in the queue")
    adapter.preview(thread, "chat", "ada", "hel")
    adapter.status(thread, "chat", "ada", "once more")
    adapter.status(thread, "chat", "ada", "")
    adapter.preview(thread, "chat", "ada", "")

    assert await adapter.post(turn(thread, 1))


@pytest.mark.parametrize("message", [None, "at the root"])
async def test_marking_a_message_as_seen_may_be_repeated(
    adapter: ChatAdapter, thread: ThreadRef, message: str | None
) -> None:
    event = Event(
        kind=EventKind.MESSAGE,
        delivery="d1",
        thread=thread,
        person=ANNA,
        at=START,
        message=thread.thread if message else None,
        text="hi",
    )
    await adapter.seen(event)
    await adapter.seen(event)
