from __future__ import annotations

import pytest

from bot.domain import (
    Accepted,
    Answer,
    Conversation,
    EventKind,
    RequestId,
    RequestKind,
    RequestStatus,
    RunId,
    RunStatus,
)
from bot.inbox.meaning import is_for_bot
from bot.inbox.meant import Meaning
from tests.fakes import ANNA, BO, START
from tests.unit.core.asked import FILE, THREAD, meaning, question


def test_reply_is_the_answer_to_the_question_for_text() -> None:
    found = meaning(" fine ", question())

    assert found.outcome is Accepted.ANSWERED
    assert found.answer == Answer(text="fine", by=ANNA, at=START)


@pytest.mark.parametrize("runs", ["code", "tools", "model", "end"])
def test_button_that_says_nothing_answers_where_that_sets_something_off(runs: str) -> None:
    found = meaning("  ", question(empty_runs=runs), kind=EventKind.DECISION, request=RequestId("q"))

    assert found.answer == Answer(text="", by=ANNA, at=START)


@pytest.mark.parametrize("kind", [RequestKind.TEXT, RequestKind.CHOICE])
@pytest.mark.parametrize("named", [RequestId("q"), None])
def test_message_without_words_or_files_never_lets_the_team_go_on(kind: RequestKind, named: RequestId | None) -> None:
    found = meaning("", question(kind, choices=("Red", "Blue"), empty_runs="code"), request=named)

    assert (found.outcome, found.answer, found.keep) == (Accepted.NOT_UNDERSTOOD, None, False)
    assert found.text_id == ("empty_decides_nothing" if kind is RequestKind.TEXT else "choose_how")


def test_file_alone_answers_a_question_for_text() -> None:
    found = meaning("", question(empty_runs="code"), attachments=(FILE,))

    assert found.answer == Answer(text="", attachments=(FILE,), by=ANNA, at=START)


def test_empty_reply_that_would_do_nothing_is_told_so_instead_of_sent() -> None:
    found = meaning(" ", question())

    assert (found.outcome, found.text_id) == (Accepted.NOT_UNDERSTOOD, "empty_says_nothing")


def test_exit_ends_the_chat_by_word_and_by_button() -> None:
    by_word = meaning("退出", question())
    by_button = meaning("exit", question(), kind=EventKind.DECISION, request=RequestId("q"))

    assert by_word.answer == by_button.answer == Answer(text="exit", by=ANNA, at=START)


def test_choice_is_answered_with_the_options_own_words() -> None:
    found = meaning("2", question(RequestKind.CHOICE, choices=("Red", "Blue")))

    assert found.answer == Answer(text="Blue", by=ANNA, at=START)


def test_other_text_does_not_decide_a_choice() -> None:
    found = meaning("green", question(RequestKind.CHOICE, choices=("Red", "Blue")))

    assert (found.outcome, found.text_id, found.facts) == (Accepted.NOT_UNDERSTOOD, "choose_how", {"count": 2})


def test_file_alone_is_no_choice_and_is_kept() -> None:
    found = meaning("", question(RequestKind.CHOICE, choices=("Red", "Blue")), attachments=(FILE,))

    assert (found.outcome, found.keep, found.facts) == (Accepted.NOT_UNDERSTOOD, True, {"count": 2})
    assert found.text_id == "choose_how_file"


def test_person_is_asked_which_of_several_questions_is_meant() -> None:
    found = meaning("fine", question(name="a"), question(name="b"))

    assert (found.outcome, found.facts["count"]) == (Accepted.ASKED_WHICH, 2)


def test_reply_to_a_card_answers_that_question() -> None:
    found = meaning("fine", question(name="a"), question(name="b"), request=RequestId("b"))

    assert found.request is not None
    assert found.request.id == "b"


def test_question_for_somebody_else_is_not_answered() -> None:
    theirs = question(may_answer=(BO.id,))

    assert meaning("fine", theirs).outcome is Accepted.NOT_ALLOWED
    assert meaning("fine", theirs, request=RequestId("q")).outcome is Accepted.NOT_ALLOWED
    assert meaning("fine", theirs, person=BO).outcome is Accepted.ANSWERED


def test_of_several_questions_the_only_one_for_this_person_is_meant() -> None:
    found = meaning("fine", question(name="a", may_answer=(BO.id,)), question(name="b"))

    assert found.request is not None
    assert found.request.id == "b"


def test_second_person_learns_who_answered_first() -> None:
    closed = question(status=RequestStatus.ANSWERED, answer=Answer(text="x", by=BO, at=START))
    found = meaning("fine", closed, request=RequestId("q"), kind=EventKind.DECISION)

    assert (found.outcome, found.facts) == (Accepted.TOO_LATE, {"name": "Bo"})


def test_question_past_its_time_takes_no_answer_even_before_the_sweeper_came() -> None:
    late = question(expires_at=START)

    assert meaning("fine", late).text_id == "too_late_expired"


def test_message_while_the_team_works_is_kept() -> None:
    found = meaning("also this", status=RunStatus.WORKING)

    assert (found.outcome, found.keep) == (Accepted.KEPT, True)


def test_button_pressed_while_the_team_works_is_too_late() -> None:
    assert meaning("", status=RunStatus.WORKING, kind=EventKind.DECISION).outcome is Accepted.TOO_LATE


@pytest.mark.parametrize("status", [RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED])
def test_message_after_the_end_starts_the_next_run(status: RunStatus) -> None:
    assert meaning("go on", status=status).outcome is Accepted.STARTED


def test_exit_or_nothing_after_the_end_starts_nothing() -> None:
    assert meaning("exit", status=RunStatus.COMPLETED).outcome is Accepted.NOTHING_TO_STOP
    assert meaning(" ", status=RunStatus.COMPLETED).outcome is Accepted.NOT_UNDERSTOOD


@pytest.mark.parametrize("status", [RunStatus.WORKING, RunStatus.INPUT_REQUIRED])
def test_stop_works_while_the_run_is_not_over(status: RunStatus) -> None:
    found = meaning("", question(may_answer=(BO.id,)), status=status, kind=EventKind.STOP)

    assert found.outcome is Accepted.STOPPED


def test_stop_after_the_end_says_that_nothing_is_running() -> None:
    assert meaning("", status=RunStatus.FAILED, kind=EventKind.STOP).outcome is Accepted.NOTHING_TO_STOP


@pytest.mark.parametrize("closed", [RequestStatus.OPEN, RequestStatus.ANSWERED])
def test_cards_stop_ends_the_run_that_shows_it_whichever_of_its_cards_it_is(closed: RequestStatus) -> None:
    found = meaning("", question(status=closed), kind=EventKind.STOP, request=RequestId("q"))

    assert found.outcome is Accepted.STOPPED


@pytest.mark.parametrize(("run", "status"), [("older", RunStatus.WORKING), ("r", RunStatus.COMPLETED)])
def test_cards_stop_is_too_late_once_its_run_is_over_whatever_runs_now(run: str, status: RunStatus) -> None:
    card = question(run=RunId(run), status=RequestStatus.ANSWERED)
    found = meaning("", card, status=status, kind=EventKind.STOP, request=RequestId("q"))

    assert (found.outcome, found.text_id) == (Accepted.TOO_LATE, "stop_too_late")


@pytest.mark.parametrize("text", ["approve", "Reject", "批准", "approve 1, 2", "1", "２", "3."])
def test_words_that_decide_a_card_are_dropped_while_the_team_works(text: str) -> None:
    found = meaning(text, status=RunStatus.WORKING)

    assert (found.outcome, found.text_id, found.keep) == (Accepted.NOT_UNDERSTOOD, "decides_nothing", False)


@pytest.mark.parametrize("text", ["reject the second hotel", "5 days", "approved by whom?"])
def test_other_words_that_look_like_a_decision_are_kept(text: str) -> None:
    assert meaning(text, status=RunStatus.WORKING).outcome is Accepted.KEPT


def test_verdict_that_comes_when_the_run_is_over_starts_nothing() -> None:
    assert meaning("approve", status=RunStatus.COMPLETED).text_id == "decides_nothing"
    assert meaning("42", status=RunStatus.COMPLETED).outcome is Accepted.STARTED


@pytest.mark.parametrize(
    ("addressed", "known", "counts"),
    [
        (True, None, True),
        (True, "muted", True),
        (True, "open", True),
        (False, None, False),
        (False, "muted", False),
        (False, "open", True),
    ],
)
def test_what_is_not_addressed_counts_only_where_the_bot_listens(
    addressed: bool, known: str | None, counts: bool
) -> None:
    conversation = None
    if known is not None:
        conversation = Conversation(id=THREAD.ref.conversation, team="t", language="en", muted=known == "muted")

    assert is_for_bot(THREAD.event("hi", addressed=addressed), conversation) is counts


@pytest.mark.parametrize("status", list(RunStatus))
def test_mute_leaves_every_run_and_question_alone(status: RunStatus) -> None:
    found = meaning("", question(), status=status, kind=EventKind.MUTE)

    assert found == Meaning(outcome=Accepted.MUTED, text_id="muted")
