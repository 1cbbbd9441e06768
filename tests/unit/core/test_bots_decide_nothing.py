from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import Accepted, EventKind, InputRequest, RequestId, RequestKind, RunStatus
from bot.inbox.meant import Meaning
from tests.fakes import ANNA
from tests.unit.core.asked import CODE, NO, TOOL, YES, meaning, question

CI = replace(ANNA, id="b1", name="CI", bot=True)
CODE_CARD = question(RequestKind.APPROVAL, items=(CODE,))
TOOL_CARD = question(RequestKind.APPROVAL, items=(TOOL,))
CHOICE = question(RequestKind.CHOICE, choices=("ada", "bob"))
WORDS = ("approve", "yes", "reject no", "exit", "1", "ada", "do it another way", "")


def by_bot(text: str, *waiting: InputRequest, **facts: Any) -> Meaning:
    return meaning(text, *waiting, person=CI, **facts)


@pytest.mark.parametrize("card", [CODE_CARD, TOOL_CARD, CHOICE])
@pytest.mark.parametrize("words", WORDS)
def test_bot_decides_neither_approvals_nor_choices_whatever_it_says(card: InputRequest, words: str) -> None:
    for found in (by_bot(words, card), by_bot(words, card, request=RequestId("q"))):
        assert (found.outcome, found.text_id) == (Accepted.NOT_ALLOWED, "not_allowed_bot")
        assert (found.request, found.answer, found.keep) == (None, None, False)


@pytest.mark.parametrize("decision", [YES, NO])
def test_bot_decides_nothing_by_a_button_either(decision: Any) -> None:
    found = by_bot("", CODE_CARD, kind=EventKind.DECISION, request=RequestId("q"), decisions=(decision,))

    assert found.outcome is Accepted.NOT_ALLOWED


def test_bot_that_is_named_as_the_one_who_may_answer_decides_nothing_all_the_same() -> None:
    assert by_bot("approve", replace(CODE_CARD, may_answer=(CI.id,))).outcome is Accepted.NOT_ALLOWED


def test_bot_answers_a_question_for_words() -> None:
    found = by_bot("the build is green", question())

    assert found.outcome is Accepted.ANSWERED
    assert found.answer is not None
    assert found.answer.by == CI


def test_bot_among_several_questions_answers_the_one_that_is_not_for_people_alone() -> None:
    found = by_bot("approve", CODE_CARD, question(name="words"))

    assert found.request is not None
    assert found.request.id == "words"


def test_empty_words_of_a_bot_run_no_code() -> None:
    assert by_bot("", question(empty_runs="code")).outcome is Accepted.NOT_ALLOWED


def test_bot_starts_and_ends_runs_as_people_do() -> None:
    assert by_bot("look into it", status=RunStatus.COMPLETED).outcome is Accepted.STARTED
    assert by_bot("", CODE_CARD, kind=EventKind.STOP).outcome is Accepted.STOPPED


def test_people_decide_as_before() -> None:
    assert meaning("approve", CODE_CARD).outcome is Accepted.ANSWERED
    assert meaning("2", CHOICE).outcome is Accepted.ANSWERED
