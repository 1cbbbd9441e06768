from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from adapters.console.adapter import ConsoleAdapter
from adapters.console.talk import Talk
from bot.domain import Accepted, Event, EventKind, Person, Post, PostKind, RunStatus, ThreadRef
from bot.errors import RetryLaterError
from tests.unit.terminal.made import NOW, THREAD, FakeInbox, asked, ended, post, said, talk

ELSEWHERE = ThreadRef(adapter="console", workspace="local", channel="terminal", thread="other1")


class RecordingFront:
    """Keeps what it is shown and leaves at once."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.notes: list[str] = []
        self.previews: list[tuple[str, str]] = []
        self.statuses: list[tuple[str, str]] = []

    async def show(self, post: Post) -> None:
        self.shown.append(post.key)

    def preview(self, path: str, agent: str, text: str) -> None:
        self.previews.append((agent, text))

    def status(self, path: str, agent: str, text: str) -> None:
        self.statuses.append((agent, text))

    async def note(self, text: str) -> None:
        self.notes.append(text)

    async def converse(self, talk: Talk, history: Sequence[Post]) -> int:
        return 7


async def test_post_is_shown_once_per_process() -> None:
    front = RecordingFront()
    adapter = ConsoleAdapter(talk(), front)

    ids = [await adapter.post(said("Hello.")), await adapter.post(said("Hello."))]

    assert front.shown == ["t"]
    assert ids == ["t", "t"]


async def test_only_what_this_process_showed_is_found() -> None:
    adapter = ConsoleAdapter(talk(), RecordingFront())
    await adapter.post(said("Hello."))

    assert await adapter.find(said("Hello."), after=None) == "t"
    assert await adapter.find(said("Other.", key="u"), after=None) is None


async def test_history_is_not_shown_again_and_its_question_is_open() -> None:
    front, thread = RecordingFront(), talk()
    adapter = ConsoleAdapter(thread, front, history=[asked()])

    await adapter.post(asked())

    assert front.shown == []
    assert thread.question is not None


async def test_post_of_another_thread_waits_for_its_terminal() -> None:
    front = RecordingFront()

    with pytest.raises(RetryLaterError, match="other1"):
        await ConsoleAdapter(talk(), front).post(post(PostKind.NOTICE, thread=ELSEWHERE, text="x"))

    assert front.shown == []


async def test_preview_of_another_thread_is_not_shown() -> None:
    front = RecordingFront()
    adapter = ConsoleAdapter(talk(), front)

    adapter.preview(ELSEWHERE, "", "coder", "no")
    adapter.preview(THREAD, "", "coder", "yes")

    assert front.previews == [("coder", "yes")]


async def test_kept_message_is_acknowledged() -> None:
    front = RecordingFront()
    person = Person(id="1", name="ada")

    await ConsoleAdapter(talk(), front).seen(
        Event(kind=EventKind.MESSAGE, delivery="d", thread=THREAD, person=person, at=NOW)
    )

    assert front.notes == ["Kept: it answers the next question, or starts the next run."]


async def test_run_returns_when_the_person_leaves_with_the_fronts_status() -> None:
    adapter = ConsoleAdapter(talk(), RecordingFront())

    await adapter.run(FakeInbox())

    assert adapter.exit_status == 7


async def test_answer_names_the_oldest_open_question() -> None:
    inbox = FakeInbox(Accepted.ANSWERED)
    thread = talk(inbox)
    thread.show(asked())

    await thread.say("shorter")

    assert (inbox.events[0].request, inbox.events[0].text) == ("q1", "shorter")
    assert thread.question is None
    assert thread.working


@pytest.mark.parametrize("outcome", [Accepted.NOT_UNDERSTOOD, Accepted.KEPT, Accepted.NOT_ALLOWED])
async def test_question_that_was_not_answered_stays_open(outcome: Accepted) -> None:
    thread = talk(FakeInbox(outcome))
    thread.show(asked())

    await thread.say("maybe")

    assert thread.question is not None
    assert not thread.working


async def test_question_that_somebody_else_answered_is_not_open_any_more() -> None:
    thread = talk(FakeInbox(Accepted.TOO_LATE))
    thread.show(asked())

    await thread.say("late")

    assert thread.question is None


async def test_rest_ends_with_the_runs_end() -> None:
    thread = talk(FakeInbox())
    await thread.say("go")

    async with asyncio.TaskGroup() as group:
        group.create_task(thread.rest())
        await asyncio.sleep(0)
        thread.show(ended(RunStatus.FAILED))

    assert thread.ended is not None
    assert thread.ended.status is RunStatus.FAILED
