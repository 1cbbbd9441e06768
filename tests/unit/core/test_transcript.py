from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import (
    Attachment,
    Json,
    Opening,
    OutboxRow,
    Post,
    PostKind,
    PostStatus,
    RunStatus,
    Said,
    Turn,
    TurnKind,
)
from bot.inbox.transcript import earlier, history, joined, kept_answer
from tests.fakes import BO, START, Thread
from tests.unit.core.asked import run_that_is

THREAD = Thread()


def test_messages_of_one_person_are_joined_without_names() -> None:
    assert joined([THREAD.event("one"), THREAD.event("two")]) == "one\ntwo"


def test_messages_of_several_people_are_joined_with_their_authors() -> None:
    assert joined([THREAD.event("one"), THREAD.event("two", by=BO)]) == "Anna: one\nBo: two"


@pytest.mark.parametrize(
    ("texts", "answer", "left"),
    [
        (["exit"], "exit", []),
        (["退出", "more"], "exit", ["more"]),
        (["more", "exit"], "more", ["exit"]),
        (["a", "b"], "a\nb", []),
    ],
)
def test_exit_that_was_kept_has_its_meaning_only_on_its_own(texts: list[str], answer: str, left: list[str]) -> None:
    found, rest = kept_answer([THREAD.event(text) for text in texts], START)

    assert found.text == answer
    assert [event.text for event in rest] == left


def row(text: str) -> OutboxRow:
    turn = Turn(path="chat", n=1, kind=TurnKind.TEXT, agent="ada", text=text)
    post = Post(key=text, kind=PostKind.TURN, thread=THREAD.ref, language="en", turn=turn)
    return OutboxRow(id=1, conversation=THREAD.ref.conversation, post=post, status=PostStatus.SENT)


def test_newest_message_that_is_too_long_alone_keeps_its_end() -> None:
    record = history(run_that_is(RunStatus.COMPLETED), [row("abcdef")], 3)

    assert [entry["content"] for entry in record] == ["def"]


@given(st.lists(st.text(min_size=1, max_size=9), max_size=9), st.integers(0, 40))
def test_history_is_a_recent_part_of_the_record_and_never_longer_than_allowed(texts: list[str], limit: int) -> None:
    record = [str(entry["content"]) for entry in history(run_that_is(RunStatus.COMPLETED), [*map(row, texts)], limit)]

    assert sum(map(len, record)) <= limit
    assert "".join(["hi", *texts]).endswith("".join(record))


def said_by(name: str, text: str) -> Json:
    return {"name": name, "role": "user", "content": text}


def test_history_of_several_people_says_who_spoke_once() -> None:
    before = (said_by("Bo", "one"), said_by("", "Cleo: two"), {"name": "ada", "role": "assistant", "content": "three"})
    previous = replace(run_that_is(RunStatus.COMPLETED), opening=Opening(text="Bo: x\nAnna: four", history=before))

    record = history(previous, [], 100)

    contents = ["Bo: one", "Cleo: two", "three", "Bo: x\nAnna: four"]
    assert [entry["content"] for entry in record] == contents
    again = history(replace(previous, opening=Opening(text="five", history=record)), [], 100)
    assert [entry["content"] for entry in again] == [*contents, "Anna: five"]


def test_history_of_one_person_is_their_words_alone() -> None:
    previous = replace(run_that_is(RunStatus.COMPLETED), opening=Opening(text="two", history=(said_by("Anna", "one"),)))

    assert [entry["content"] for entry in history(previous, [], 100)] == ["one", "two"]


def test_word_that_ended_a_chat_stays_one_word() -> None:
    previous = replace(run_that_is(RunStatus.COMPLETED), opening=Opening(text="x", history=(said_by("Bo", "exit"),)))

    assert [entry["content"] for entry in history(previous, [], 100)] == ["exit", "Anna: x"]


def test_name_of_several_lines_is_one_author() -> None:
    event = THREAD.event("hi", earlier=(Said(name="Bo\n Anna", text="hello"),))

    assert [entry["content"] for entry in earlier([event], 100)] == ["Bo Anna: hello"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  plan\ta   trip \nto Rome", "plan a trip"),
        ("x" * 101, "x" * 99 + "…"),
        (" ", "a.csv"),
    ],
)
def test_title_is_the_first_line_with_words_or_the_first_file(text: str, title: str) -> None:
    file = Attachment(name="a.csv", media_type="text/csv", data=b"1")

    assert Opening(text=text, attachments=(file,)).title == title


def test_nothing_has_no_title() -> None:
    assert Opening(text="").title == ""
