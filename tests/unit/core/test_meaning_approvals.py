from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Accepted, Answer, ApprovalItem, Decision, EventKind, RequestId, RequestKind, Verdict
from tests.fakes import ANNA, START
from tests.unit.core.asked import CHANGED, CODE, FILE, NO, TOOL, YES, meaning, pressed, question


def test_approval_is_decided_by_its_own_words() -> None:
    found = meaning("approve", question(RequestKind.APPROVAL, items=(CODE,)))

    assert found.answer == Answer(decisions=(YES,), by=ANNA, at=START)


@pytest.mark.parametrize("text", ["yes", "go ahead", "approve it if it is safe"])
def test_other_text_is_feedback_instead_of_running_code(text: str) -> None:
    found = meaning(text, question(RequestKind.APPROVAL, items=(CODE,)))

    assert found.outcome is Accepted.FEEDBACK
    assert found.answer == Answer(text=text, decisions=(), by=ANNA, at=START)


def test_other_text_is_kept_where_a_tool_is_asked_for_and_the_person_told_what_decides() -> None:
    found = meaning("yes please", question(RequestKind.APPROVAL, items=(TOOL,)))

    assert (found.outcome, found.keep, found.answer) == (Accepted.NOT_UNDERSTOOD, True, None)
    assert found.text_id == "approve_how_kept"


@pytest.mark.parametrize("items", [(CODE,), (TOOL,), (TOOL, CODE)])
def test_exit_at_an_approval_decides_nothing_and_is_no_feedback(items: tuple[ApprovalItem, ...]) -> None:
    card = question(RequestKind.APPROVAL, items=items, decided=(YES, None)[: len(items)] if len(items) > 1 else ())
    by_word = meaning("退出", card)
    by_button = meaning("exit", card, kind=EventKind.DECISION, request=RequestId("q"))

    assert (by_word.outcome, by_button.outcome) == (Accepted.ANSWERED, Accepted.ANSWERED)
    assert by_word.answer == by_button.answer == Answer(text="exit", decisions=(), by=ANNA, at=START)


@pytest.mark.parametrize("item", [CODE, TOOL])
def test_file_alone_decides_no_approval_and_is_kept(item: ApprovalItem) -> None:
    found = meaning("", question(RequestKind.APPROVAL, items=(item,)), attachments=(FILE,))

    assert (found.outcome, found.keep, found.answer) == (Accepted.NOT_UNDERSTOOD, True, None)
    assert found.text_id == "approve_how_file"


def test_empty_text_never_approves() -> None:
    assert meaning("", question(RequestKind.APPROVAL, items=(CODE,))).outcome is Accepted.NOT_UNDERSTOOD


def test_several_calls_are_decided_one_by_one_and_answered_when_all_are() -> None:
    card = question(RequestKind.APPROVAL, items=(TOOL, TOOL))
    first = meaning("approve 1", card)
    second = meaning("reject 2 too risky", replace(card, decided=first.decided))

    assert (first.answer, first.decided) == (None, (YES, None))
    assert second.answer is not None
    assert second.answer.decisions == (YES, Decision(verdict=Verdict.REJECT, reason="too risky"))


def test_button_does_not_change_an_item_that_is_decided() -> None:
    card = question(RequestKind.APPROVAL, items=(TOOL, TOOL), decided=(NO, None))
    found = meaning("", card, kind=EventKind.DECISION, request=RequestId("q"), decisions=(YES, YES))

    assert found.answer is not None
    assert found.answer.decisions == (NO, YES)


def test_deciding_only_what_is_decided_is_too_late() -> None:
    card = question(RequestKind.APPROVAL, items=(TOOL, TOOL), decided=(NO, None))

    assert meaning("approve 1", card).outcome is Accepted.TOO_LATE


def test_buttons_for_another_number_of_items_decide_nothing() -> None:
    card = question(RequestKind.APPROVAL, items=(TOOL, TOOL))
    found = meaning("", card, kind=EventKind.DECISION, request=RequestId("q"), decisions=(YES,))

    assert found.outcome is Accepted.NOT_UNDERSTOOD


def test_number_alone_is_never_feedback_to_code() -> None:
    found = meaning("9", question(RequestKind.APPROVAL, items=(CODE, CODE)))

    assert (found.outcome, found.text_id) == (Accepted.NOT_UNDERSTOOD, "approve_how_items")


def test_buttons_of_one_item_leave_the_others_open() -> None:
    card = question(RequestKind.APPROVAL, items=(TOOL, CODE, TOOL))
    first = pressed(card, None, YES, None)
    second = pressed(replace(card, decided=first.decided), NO, NO, None)
    third = pressed(replace(card, decided=second.decided), None, None, YES)

    assert (first.decided, second.decided) == ((None, YES, None), (NO, YES, None))
    assert first.facts == {"decided": 1, "count": 3}
    assert third.answer is not None
    assert third.answer.decisions == (NO, YES, YES)


def test_button_of_an_item_that_is_decided_is_too_late() -> None:
    card = question(RequestKind.APPROVAL, items=(TOOL, TOOL), decided=(NO, None))

    assert pressed(card, YES, None).text_id == "already_decided"


def test_buttons_that_decide_nothing_are_told_what_decides() -> None:
    found = pressed(question(RequestKind.APPROVAL, items=(TOOL, TOOL)), None, None)

    assert (found.outcome, found.text_id) == (Accepted.NOT_UNDERSTOOD, "approve_how_items")


def test_text_that_a_person_approved_instead_is_answered_as_they_wrote_it() -> None:
    alone = pressed(question(RequestKind.APPROVAL, items=(CODE,)), CHANGED)
    part = pressed(question(RequestKind.APPROVAL, items=(TOOL, CODE)), None, CHANGED)

    assert alone.answer is not None
    assert alone.answer.decisions == (CHANGED,)
    assert part.decided == (None, CHANGED)


def test_change_of_what_is_rejected_or_to_the_same_text_is_none() -> None:
    card = question(RequestKind.APPROVAL, items=(CODE, CODE))
    found = pressed(card, replace(NO, content="print(2)", reason="no"), replace(YES, content=CODE.content))

    assert found.answer is not None
    assert found.answer.decisions == (Decision(verdict=Verdict.REJECT, reason="no"), YES)


@pytest.mark.parametrize("content", ["", " \n"])
def test_approval_of_an_empty_change_runs_nothing_and_decides_nothing(content: str) -> None:
    found = pressed(question(RequestKind.APPROVAL, items=(CODE,)), replace(YES, content=content))

    assert (found.outcome, found.text_id, found.answer) == (Accepted.NOT_UNDERSTOOD, "change_empty", None)
