from __future__ import annotations

from typing import Any

import pytest

from bot.domain import Answer, ApprovalItem, Decision, RequestKind, RequestStatus, RunStatus, Verdict
from bot.outbox.cards import card_key, card_post, closed_post, decided_post, ending, question
from bot.outbox.posts import end_post
from tests.fakes import ANNA, START
from tests.unit.core.asked import CODE, NO, TOOL, YES, run_that_is
from tests.unit.core.asked import question as asked

EDITED = Decision(verdict=Verdict.APPROVE, content="print(2)")


@pytest.mark.parametrize(
    ("runs", "says"),
    [
        ("", "`exit` ends"),
        ("code", "runs the code"),
        ("tools", "runs the tools"),
        ("model", "the model replies"),
        ("end", "or `exit` ends"),
    ],
)
def test_question_says_what_an_empty_answer_sets_off(runs: str, says: str) -> None:
    assert says in question(asked(empty_runs=runs), "en")


@pytest.mark.parametrize(
    ("items", "says"),
    [((CODE,), "feedback"), ((TOOL,), "`reject REASON` does not"), ((TOOL, CODE), "`approve 1`")],
)
def test_approval_says_what_decides_it(items: tuple[ApprovalItem, ...], says: str) -> None:
    assert says in question(asked(RequestKind.APPROVAL, items=items), "en")


def test_choice_says_how_many_options_there_are() -> None:
    assert "1 to 2" in question(asked(RequestKind.CHOICE, choices=("a", "b")), "en")
    assert "1 到 2" in question(asked(RequestKind.CHOICE, choices=("a", "b")), "zh")


def closed(status: RequestStatus, kind: RequestKind = RequestKind.APPROVAL, **answer: Any) -> str:
    given = Answer(by=ANNA, at=START, **answer) if status is RequestStatus.ANSWERED else None
    return ending(asked(kind, items=(TOOL, TOOL), status=status, answer=given), "en")


@pytest.mark.parametrize(
    ("decisions", "says"),
    [
        ((YES, YES), "Approved by Anna."),
        ((NO, NO), "Rejected by Anna."),
        ((YES, NO), "Decided by Anna: 1 approved, 1 rejected."),
        ((), "Not run: Anna gave feedback instead."),
        ((EDITED, YES), "Edited and approved by Anna."),
        ((EDITED, NO), "Decided by Anna: 1 approved (1 edited), 1 rejected."),
    ],
)
def test_closed_card_says_who_decided_what(decisions: tuple[Decision, ...], says: str) -> None:
    assert closed(RequestStatus.ANSWERED, decisions=decisions) == says


def test_closed_card_says_who_ended_the_chat_instead_of_deciding() -> None:
    assert closed(RequestStatus.ANSWERED, text="exit") == "Not run: Anna ended this chat."


def test_closed_card_says_that_nobody_answered_or_that_it_was_cancelled() -> None:
    assert closed(RequestStatus.EXPIRED) == "Expired: nobody answered in time."
    assert closed(RequestStatus.CANCELLED) == "Cancelled."
    assert closed(RequestStatus.ANSWERED, RequestKind.TEXT, text="x") == "Answered by Anna."


@pytest.mark.parametrize(
    ("runs", "text", "says"),
    [
        ("code", "", "Anna answered: run the code."),
        ("tools", "", "Anna answered: run the tools."),
        ("model", "", "Anna answered: let the model reply."),
        ("end", "", "Anna ended this chat."),
        ("code", "exit", "Anna ended this chat."),
        ("", "exit", "Anna ended this chat."),
        ("", "", "Answered by Anna."),
        ("code", "no", "Answered by Anna."),
    ],
)
def test_closed_question_says_what_a_button_answered(runs: str, text: str, says: str) -> None:
    answer = Answer(by=ANNA, at=START, text=text)
    request = asked(RequestKind.TEXT, empty_runs=runs, status=RequestStatus.ANSWERED, answer=answer)

    assert ending(request, "en") == says


def test_posts_about_one_request_have_keys_of_their_own() -> None:
    request = asked(RequestKind.APPROVAL, items=(TOOL, TOOL), decided=(YES, None))
    posts = [card_post(request, "en"), decided_post(request, "en"), closed_post(request, "en")]

    assert posts[0].key == card_key(request)
    assert len({post.key for post in posts}) == 3


def test_end_names_its_reason_even_with_braces_in_it() -> None:
    post = end_post(run_that_is(RunStatus.WORKING), RunStatus.FAILED, "bad {json}")

    assert post.text == "The run failed: bad {json}"


def test_end_names_who_started_the_run_for_platforms_that_must_tell_them_elsewhere() -> None:
    assert end_post(run_that_is(RunStatus.WORKING), RunStatus.COMPLETED).starter == ANNA
