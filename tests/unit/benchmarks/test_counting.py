from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.counting import ENDED, Held, Ledger, Seen, answer_to, count, held_in
from bot.domain import Opening, Person, Run, RunId, RunStatus, ThreadRef
from bot.outbox import end_post
from bot.ports import Records
from bot.store import open_store

THREAD = "slack:T1:C1:1.000000"
ASKED = {THREAD: (7,)}
HELD = Held(runs=("completed",), posts=("run/turn/0", "run/end"))
ANSWER = Seen(text=answer_to(7), post="run/turn/0#0")
END = Seen(text=f"{ENDED}.", post="run/end#0")
OTHER = "slack:T1:C1:2.000000"
UNKEYED = replace(ANSWER, post=None), replace(END, post=None)


def counted(held: Held | None, *seen: Seen) -> Ledger:
    return count(ASKED, {} if held is None else {THREAD: held}, {THREAD: seen})


def test_a_whole_conversation_counts_as_nothing() -> None:
    assert counted(HELD, ANSWER, END) == Ledger()


def test_a_message_that_nothing_followed_is_a_lost_run_with_its_posts() -> None:
    assert counted(None) == Ledger(runs_lost=(THREAD,), posts_lost=(THREAD, THREAD))


@pytest.mark.parametrize("status", ["working", "failed"])
def test_a_run_that_did_not_complete_is_lost(status: str) -> None:
    assert counted(replace(HELD, runs=(status,)), ANSWER, END).runs_lost == (THREAD,)


def test_a_run_whose_end_the_thread_does_not_show_is_lost() -> None:
    assert counted(HELD, ANSWER).runs_lost == (THREAD,)


def test_a_second_run_of_a_message_is_seen_in_the_store_alone() -> None:
    assert counted(replace(HELD, runs=("completed", "working")), ANSWER, END).runs_duplicated == (THREAD,)


def test_a_post_that_the_store_holds_and_no_message_carries_is_lost() -> None:
    held = replace(HELD, posts=(*HELD.posts, "run/notice/waits"))

    assert counted(held, ANSWER, END).posts_lost == (THREAD,)


def test_an_answer_that_the_thread_lacks_is_lost_even_when_the_store_never_held_it() -> None:
    assert counted(replace(HELD, posts=("run/end",)), END).posts_lost == (THREAD,)


def test_a_post_that_is_shown_twice_is_duplicated() -> None:
    assert counted(HELD, ANSWER, ANSWER, END).posts_duplicated == (THREAD,)


def test_words_that_are_shown_twice_are_duplicated_whatever_post_they_carry() -> None:
    assert counted(HELD, ANSWER, replace(ANSWER, post=""), END).posts_duplicated == (THREAD,)


def test_three_copies_are_two_too_many() -> None:
    assert counted(HELD, ANSWER, END, END, END).posts_duplicated == (THREAD, THREAD)


def test_the_answer_to_another_message_is_no_answer() -> None:
    assert counted(HELD, Seen(text=answer_to(77), post="run/turn/0#0"), END).posts_lost == (THREAD,)


def test_a_thread_in_which_two_things_were_asked_needs_a_run_and_its_posts_for_each() -> None:
    asked, held = (
        {THREAD: (7, 8)},
        Held(runs=("completed", "completed"), posts=(*HELD.posts, "next/turn/0", "next/end")),
    )
    second = Seen(text=answer_to(8), post="next/turn/0#0"), Seen(text=f"{ENDED}.", post="next/end#0")

    assert count(asked, {THREAD: held}, {THREAD: [ANSWER, END, *second]}) == Ledger()
    assert count(asked, {THREAD: HELD}, {THREAD: [ANSWER, END]}) == Ledger(
        runs_lost=(THREAD,), posts_lost=(THREAD, THREAD)
    )


def test_words_that_one_message_holds_in_two_forms_are_shown_once() -> None:
    assert counted(HELD, replace(ANSWER, text=f"{ANSWER.text} {ANSWER.text}"), END) == Ledger()


def test_the_same_answer_in_another_thread_is_one_too_many() -> None:
    seen = {THREAD: [ANSWER, END], OTHER: [ANSWER]}

    assert count(ASKED, {THREAD: HELD}, seen) == Ledger(posts_duplicated=(THREAD,))


def test_where_messages_carry_no_keys_their_number_is_compared_with_the_posts() -> None:
    assert counted(HELD, *UNKEYED) == Ledger()
    assert counted(replace(HELD, posts=(*HELD.posts, "run/notice/waits")), *UNKEYED).posts_lost == (THREAD,)
    assert counted(HELD, *UNKEYED, Seen(text="Still writing", post=None)).posts_duplicated == (THREAD,)


def test_a_ledger_becomes_four_figures_that_are_to_be_nothing() -> None:
    figures = Ledger(posts_lost=(THREAD, THREAD)).figures("ledger", "events", 100)

    assert [(figure.name, figure.value, figure.reached) for figure in figures] == [
        ("ledger_runs_lost", 0, True),
        ("ledger_runs_duplicated", 0, True),
        ("ledger_posts_lost", 2, False),
        ("ledger_posts_duplicated", 0, True),
    ]


async def test_the_store_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = await asyncio.to_thread(open_store, path)
    thread = ThreadRef.parse(THREAD)

    def work(records: Records) -> None:
        for number in (1, 2):
            run = Run(
                id=RunId(f"run-{number}"),
                conversation=thread.conversation,
                team="solo",
                pinned={},
                opening=Opening(text="look"),
                started_by=Person(id="U1", name="Anna"),
                language="en",
                started_at=datetime(2026, 1, number, tzinfo=UTC),
                status=RunStatus.COMPLETED,
            )
            records.runs.add(run)
            records.outbox.add(end_post(run, RunStatus.COMPLETED))

    await store.write(work)
    await store.close()

    held = (await asyncio.to_thread(held_in, path))[thread.conversation]
    assert held == Held(runs=("completed", "completed"), posts=("run-1/end", "run-2/end"))
    assert counted(held, ANSWER, END).runs_duplicated == (THREAD,)
