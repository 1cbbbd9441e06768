"""Presses that may not decide what nobody could see, and presses that are handled again after a crash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Accepted, Answer, Decision, EventKind, RequestId, RequestKind, RequestStatus, Verdict
from bot.inbox.again import said_again
from tests.fakes import ANNA, BO, START
from tests.unit.core.asked import CHANGED, CODE, NO, THREAD, TOOL, YES, meaning, pressed, question


@pytest.mark.parametrize("text", ["approve", "approve 2", "approve 1, 2", "approve 1\napprove 2", "批准"])
def test_words_approve_nothing_that_nobody_could_be_shown(text: str) -> None:
    found = meaning(text, question(RequestKind.APPROVAL, items=(CODE, CODE), unseen=(2,)))

    assert (found.outcome, found.text_id, found.facts) == (Accepted.NOT_UNDERSTOOD, "approve_unseen", {"items": "2"})
    assert (found.answer, found.decided, found.keep) == (None, (), False)


def test_button_of_an_older_card_approves_nothing_that_nobody_could_be_shown() -> None:
    card = question(RequestKind.APPROVAL, items=(CODE, TOOL), unseen=(1,))

    assert pressed(card, YES, None).text_id == pressed(card, YES, YES).text_id == "approve_unseen"
    assert pressed(card, None, YES).decided == (None, YES)


def test_what_nobody_could_be_shown_can_be_rejected_answered_with_feedback_and_ended() -> None:
    card = question(RequestKind.APPROVAL, items=(CODE,), unseen=(1,))

    rejected, ended = meaning("reject too long", card), meaning("exit", card)

    assert rejected.answer is not None
    assert rejected.answer.decisions == (Decision(verdict=Verdict.REJECT, reason="too long"),)
    assert (ended.outcome, meaning("shorter, please", card).outcome) == (Accepted.ANSWERED, Accepted.FEEDBACK)


def test_what_a_person_wrote_instead_of_what_nobody_could_see_is_approved() -> None:
    found = pressed(question(RequestKind.APPROVAL, items=(CODE,), unseen=(1,)), CHANGED)

    assert found.outcome is Accepted.ANSWERED


def test_rest_is_approved_once_what_nobody_could_see_is_rejected() -> None:
    found = meaning("approve", question(RequestKind.APPROVAL, items=(CODE, TOOL), unseen=(1,), decided=(NO, None)))

    assert found.answer is not None
    assert found.answer.decisions == (NO, YES)


PRESS = replace(THREAD.event("", kind=EventKind.DECISION, request=RequestId("q")), decisions=(YES,))
ASKED = question(RequestKind.APPROVAL, items=(CODE,))
BOTH = question(RequestKind.APPROVAL, items=(CODE, TOOL))


def test_refusal_is_said_again_when_the_press_is_handled_again() -> None:
    theirs = replace(ASKED, may_answer=(BO.id,))
    closed = replace(ASKED, status=RequestStatus.ANSWERED, answer=Answer(decisions=(YES,), by=BO, at=START))

    for asked, text_id in [
        (theirs, "not_allowed"),
        (closed, "too_late_by"),
        (replace(ASKED, unseen=(1,)), "approve_unseen"),
    ]:
        assert said_again(PRESS, pressed(asked, YES), asked, "en")[0] == text_id


def test_person_whose_press_decided_is_not_told_that_they_were_too_late() -> None:
    closed = replace(ASKED, status=RequestStatus.ANSWERED, answer=Answer(decisions=(YES,), by=ANNA, at=START))

    assert said_again(PRESS, pressed(closed, YES), closed, "en") == ("", {})


def test_press_that_decided_a_part_is_told_how_much_is_decided_now() -> None:
    some = replace(BOTH, decided=(NO, None))
    press = replace(PRESS, decisions=(NO, None))

    assert said_again(press, pressed(some, NO, None), some, "en") == ("decided_some", {"decided": 1, "count": 2})


def test_press_that_may_have_decided_a_part_is_not_called_late_once_others_decided_the_rest() -> None:
    closed = replace(BOTH, status=RequestStatus.ANSWERED, answer=Answer(decisions=(NO, YES), by=BO, at=START))

    assert said_again(replace(PRESS, decisions=(NO, None)), pressed(closed, NO, None), closed, "en") == ("", {})


def test_what_would_do_something_now_is_not_said_nor_done_again() -> None:
    assert said_again(PRESS, pressed(ASKED, YES), ASKED, "en") == ("", {})


@pytest.mark.parametrize("kind", [EventKind.MESSAGE, EventKind.STOP])
def test_words_and_stops_are_told_in_the_thread_and_not_again(kind: EventKind) -> None:
    assert said_again(replace(PRESS, kind=kind), pressed(replace(ASKED, unseen=(1,)), YES), ASKED, "en") == ("", {})
