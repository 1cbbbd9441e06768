from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.commands.remembered import TAIL, Remembered, remembered
from bot.commands.threads import thread_of
from bot.domain import (
    Answer,
    Conversation,
    Opening,
    Person,
    Post,
    PostKind,
    PostStatus,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
)
from bot.ports import Records
from bot.store import open_store
from tests.unit.terminal.made import NOW, THREAD, asked, ended, post, request, said

ADA = Person(id="1000", name="ada")


async def found(posts: list[tuple[Post, PostStatus]], *, status: RunStatus, open_question: bool) -> Remembered | None:
    """Record a run with these posts and return what a terminal would remember of it."""
    store = await asyncio.to_thread(open_store, ":memory:")
    run = Run(
        id=RunId("r1"),
        conversation=THREAD.conversation,
        team="solo",
        pinned={},
        opening=Opening(text="plan a trip"),
        started_by=ADA,
        language="en",
        started_at=NOW,
    )

    def record(records: Records) -> None:
        records.conversations.put(Conversation(id=THREAD.conversation, team="solo", language="en", run=run.id))
        records.runs.add(run)
        records.runs.set_status(run.id, status)
        if open_question:
            records.requests.open(request())
        for shown, _ in posts:
            records.outbox.add(replace(shown, run=run.id))
        for row, (_, state) in zip(records.outbox.unsent(THREAD.conversation), posts, strict=True):
            records.outbox.mark(row.id, state)

    try:
        await store.write(record)
        return await store.read(lambda records: remembered(records, THREAD))
    finally:
        await store.close()


def keys(known: Remembered | None) -> list[str]:
    assert known is not None
    return [shown.key for shown in known.posts]


async def test_open_question_stands_below_what_was_shown() -> None:
    posts = [(asked(), PostStatus.SENT), (said("Day 1."), PostStatus.SENT)]

    known = await found(posts, status=RunStatus.INPUT_REQUIRED, open_question=True)

    assert keys(known) == ["r1/opening", "t", "q"]
    assert known is not None
    assert not known.working


async def test_closed_question_is_shown_as_the_answer_it_got() -> None:
    answered = request(status=RequestStatus.ANSWERED, answer=Answer(text="shorter", by=ADA, at=NOW))
    posts = [(asked(), PostStatus.SENT), (post(PostKind.CLOSED, "c", request=answered), PostStatus.SENT)]

    known = await found(posts, status=RunStatus.WORKING, open_question=False)

    assert known is not None
    assert [shown.text for shown in known.posts] == ["ada: plan a trip", "ada: shorter"]
    assert known.working


@pytest.mark.parametrize("state", [PostStatus.PENDING, PostStatus.SENDING])
async def test_question_that_was_perhaps_not_shown_is_waited_for(state: PostStatus) -> None:
    known = await found([(asked(), state)], status=RunStatus.INPUT_REQUIRED, open_question=True)

    assert known is not None
    assert known.working
    assert keys(known) == ["r1/opening"]


async def test_unsent_notice_is_nothing_to_wait_for() -> None:
    posts = [(ended(), PostStatus.SENT), (post(PostKind.NOTICE, "n", text="x"), PostStatus.PENDING)]

    known = await found(posts, status=RunStatus.COMPLETED, open_question=False)

    assert known is not None
    assert not known.working


async def test_only_the_tail_is_shown_again() -> None:
    posts = [(said(str(n), key=f"t{n}"), PostStatus.SENT) for n in range(30)]

    known = await found(posts, status=RunStatus.COMPLETED, open_question=False)

    assert len(keys(known)) == TAIL
    assert keys(known)[-1] == "t29"


async def test_unknown_thread_is_not_remembered() -> None:
    store = await asyncio.to_thread(open_store, ":memory:")
    try:
        assert await store.read(lambda records: remembered(records, thread_of("nope"))) is None
    finally:
        await store.close()
