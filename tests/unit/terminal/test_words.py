from __future__ import annotations

import pytest

from adapters.console.words import Meaning, understand
from bot.domain import RequestKind
from tests.unit.terminal.made import item, request

APPROVAL = request(RequestKind.APPROVAL, items=(item("x"),))
TWO = request(RequestKind.APPROVAL, items=(item("x"), item("y")))


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("/stop", Meaning.STOP),
        (" /TEAMS ", Meaning.TEAMS),
        ("/help", Meaning.HELP),
        ("/dance", Meaning.UNKNOWN),
        ("/usr/bin/env fails", Meaning.SAY),
        ("", Meaning.NOTHING),
    ],
)
def test_line_while_nothing_is_asked(line: str, meaning: Meaning) -> None:
    assert understand(line, None).meaning is meaning


def test_empty_line_is_an_answer_to_a_question_for_text() -> None:
    assert understand("", request()).meaning is Meaning.SAY


def test_empty_line_decides_no_approval() -> None:
    assert understand(" ", APPROVAL).meaning is Meaning.NOTHING


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1", "approve"),
        ("2", "reject"),
        ("3 it deletes files", "reject it deletes files"),
        ("3. no", "reject no"),
        ("approve", "approve"),
        ("1 but slower", "1 but slower"),
        ("1.", "approve"),
        ("２", "reject"),
    ],
)
def test_number_of_a_card_stands_for_its_words(line: str, words: str) -> None:
    assert understand(line, APPROVAL).text == words


@pytest.mark.parametrize("line", ["9", "10", "0", " 4. "])
def test_number_that_the_card_does_not_have_is_no_feedback(line: str) -> None:
    assert understand(line, APPROVAL).meaning is Meaning.NO_CHOICE


@pytest.mark.parametrize("line", ["3", "3.", " ３ "])
def test_choice_that_wants_a_reason_asks_for_it(line: str) -> None:
    assert understand(line, APPROVAL).meaning is Meaning.NO_REASON


def test_number_is_left_alone_where_it_could_name_an_item() -> None:
    assert understand("1", TWO).text == "1"


def test_number_is_left_alone_while_nothing_is_to_be_approved() -> None:
    assert understand("2", request()).text == "2"
