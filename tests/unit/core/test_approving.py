"""Whose words decide an approval: a person's own, said just so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import Accepted, Answer, Attachment, Decision, EventKind, RequestId, RequestKind, Verdict
from bot.inbox.words import begins_verdict, own_words
from bot.permissions import Permissions, Rule
from tests.fakes import ANNA, BO, START
from tests.unit.core.asked import CHANGED, CODE, NO, TOOL, YES, meaning, pressed, question

CODE_CARD = question(RequestKind.APPROVAL, items=(CODE,))
TOOL_CARD = question(RequestKind.APPROVAL, items=(TOOL,))
TWO = question(RequestKind.APPROVAL, items=(CODE, TOOL), four_eyes=True, deciders=("everyone",))
MEMBERS = Permissions([Rule(approve=("everyone",))])
ALONE = ("> approve", "> reject", "> exit", ">approve", ">>> approve\napprove", "  > Bo:\n  > approve", "> a\n\n> b")


@pytest.mark.parametrize("card", [CODE_CARD, TOOL_CARD])
@pytest.mark.parametrize("text", ALONE)
def test_words_that_are_only_quoted_decide_nothing_and_are_kept(text: str, card: object) -> None:
    assert card in (CODE_CARD, TOOL_CARD)
    found = meaning(text, CODE_CARD if card is CODE_CARD else TOOL_CARD)

    assert (found.outcome, found.text_id, found.keep) == (Accepted.NOT_UNDERSTOOD, "approve_quoted_kept", True)
    assert (found.answer, found.decided) == (None, ())


@pytest.mark.parametrize("text", ["approve\n> approve", "approve\n\n> Bo:\n> do it", "exit\n> please", "> x\napprove"])
def test_verdict_beside_a_quote_decides_nothing(text: str) -> None:
    found = meaning(text, CODE_CARD)

    assert (found.outcome, found.text_id, found.keep) == (Accepted.NOT_UNDERSTOOD, "approve_quoted", False)


def test_rejection_may_quote_for_its_reason() -> None:
    found = meaning("reject\n> approve", CODE_CARD)

    assert found.answer is not None
    assert found.answer.decisions == (Decision(verdict=Verdict.REJECT, reason="> approve"),)


def test_feedback_may_quote() -> None:
    found = meaning("> print(1)\nuse a loop", CODE_CARD)

    assert found.outcome is Accepted.FEEDBACK


@pytest.mark.parametrize("text", ["approve", "reject no", "exit", "use a loop"])
def test_message_that_was_changed_afterwards_decides_nothing(text: str) -> None:
    found = meaning(text, CODE_CARD, edited=True)

    assert (found.outcome, found.text_id) == (Accepted.NOT_UNDERSTOOD, "approve_changed")
    assert found.answer is None


def test_message_that_was_changed_afterwards_still_answers_a_question_for_text() -> None:
    assert meaning("fine", question(), edited=True).outcome is Accepted.ANSWERED


def test_text_of_a_file_decides_nothing() -> None:
    file = Attachment(name="approve", media_type="text/plain", data=b"approve")
    found = meaning("", CODE_CARD, attachments=(file,))

    assert (found.outcome, found.text_id, found.answer) == (Accepted.NOT_UNDERSTOOD, "approve_how_file", None)


@pytest.mark.parametrize("place", [0, 1])
def test_nothing_is_changed_where_two_decide_whichever_item_it_is(place: int) -> None:
    change = replace(YES, content="other")
    pressed = tuple(change if number == place else None for number in range(2))
    event: dict[str, Any] = {"kind": EventKind.DECISION, "request": RequestId("q"), "decisions": pressed, "person": BO}
    found = meaning("", TWO, permissions=MEMBERS, **event)

    assert (found.outcome, found.text_id) == (Accepted.NOT_UNDERSTOOD, "change_four_eyes")
    assert found.refusal is not None
    assert found.refusal.what == "change"


def test_where_two_decide_the_other_one_approves_and_rejects() -> None:
    event: dict[str, Any] = {"kind": EventKind.DECISION, "request": RequestId("q"), "decisions": (YES, NO)}

    assert meaning("", TWO, permissions=MEMBERS, person=BO, **event).answer == Answer(
        decisions=(YES, NO), by=BO, at=START
    )
    assert meaning("", TWO, permissions=MEMBERS, person=ANNA, **event).text_id == "denied_four_eyes"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("a\n> b\nc", "a\nc"),
        ("> a", ""),
        ("a > b", "a > b"),
        ("x\n>>> a\nb", "x"),
        ("", ""),
        (" \n> a\n\u2028> b", ""),
    ],
)
def test_own_words_are_those_that_no_line_quotes(text: str, own: str) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    ("text", "verdict"), [("Approve it", True), ("拒绝", True), ("an approval", False), ("", False)]
)
def test_text_that_begins_with_a_verdict_is_told_from_others(text: str, verdict: bool) -> None:
    assert begins_verdict(text) is verdict


@pytest.mark.parametrize("half", ["\ud83d", "print('\udc00')"])
def test_change_that_no_executor_could_be_given_decides_nothing(half: str) -> None:
    decided = pressed(question(RequestKind.APPROVAL, items=(CODE,)), replace(CHANGED, content=half))

    assert (decided.outcome, decided.text_id) == (Accepted.NOT_UNDERSTOOD, "change_broken")
