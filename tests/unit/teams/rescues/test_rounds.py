from __future__ import annotations

import pytest

from agents.teams.rescues.former import went_round
from agents.teams.rescues.repeats import Said, is_courtesy, loop_of
from agents.teams.rescues.speakers import chosen_speaker

LONG = "Please work out the primes below thirty and print them."


def group(*texts: str, speakers: str = "abc") -> list[Said]:
    return [Said(speakers[at % len(speakers)], text) for at, text in enumerate(texts)]


def test_agent_that_twice_only_repeats_what_it_was_told_is_an_echo() -> None:
    other = "Print them one below the other, each on a line."
    history = group(LONG, LONG, other, other.upper(), speakers="ab")

    assert loop_of(history) == "echo"
    assert went_round(history) == ""


def test_one_repetition_is_no_echo_yet() -> None:
    assert loop_of(group("a first one", LONG, LONG)) == ""


def test_short_answers_may_agree_again_and_again() -> None:
    assert loop_of(group("4", "4", "5", "5", speakers="ab")) == ""


def test_text_that_is_said_by_design_is_no_echo() -> None:
    history = group(LONG, LONG, "Another long sentence, said by both.", "Another long sentence, said by both.")

    assert loop_of(history, fixed=[LONG]) == ""


def test_round_of_three_that_is_said_again_goes_round() -> None:
    history = group(*["plan", "critique", "praise"] * 2)

    assert loop_of(history) == "repeats"
    assert went_round(history) == ""


def test_round_in_which_one_says_something_new_goes_on() -> None:
    assert loop_of(group("plan", "critique", "praise", "plan", "critique", "blame")) == ""


def test_agents_that_vote_alike_go_on() -> None:
    assert loop_of(group("yes", "yes", "yes")) == ""


def test_same_question_that_is_answered_anew_each_time_is_asked_on() -> None:
    polling = group("job_status(7)", "running: 10 %", "job_status(7)", "running: 20 %", "job_status(7)", speakers="ab")

    assert loop_of(polling) == ""
    assert went_round(polling) == "repeats"


def test_one_who_only_says_next_while_the_other_goes_on_is_no_loop() -> None:
    assert loop_of(group("next", "Paris", "next", "Rome", "next", "Oslo", "next", speakers="ab")) == ""


def test_same_question_with_the_same_answer_goes_round() -> None:
    assert loop_of(group("job_status(7)", "running", "job_status(7)", "running", speakers="ab")) == "repeats"
    assert loop_of([Said("a", "Is it done?")] * 3) == "repeats"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = -1", "x = 1"),
        ("1 + 1", "1 - 1"),
        ("2 * 3", "2 + 3"),
        ("1.5", "15"),
        ("5 % more", "5 more"),
        ("3/4", "34"),
    ],
)
def test_number_with_another_sign_is_another(first: str, second: str) -> None:
    wrong = "That is wrong, please try once more."

    assert loop_of(group(first, wrong, second, wrong, speakers="ab")) == ""


@pytest.mark.parametrize("again", ["**x = 1**", "X = 1.", '"x = 1"', "x  =  1!"])
def test_other_marks_and_case_are_the_same_words(again: str) -> None:
    assert loop_of(group("x = 1", "No, it is not.", again, "no, it is NOT", speakers="ab")) == "repeats"


@pytest.mark.parametrize(
    "text",
    [
        "Enjoy the museum in the morning. See you at the Colosseum at 2 pm.",
        "Enjoy the museum in the morning.",
        "Let me know the hotel. Feel free to pick the train at 9:40.",
        "Thank you, and here is what I found out about the harbour and its ships, by name, by size and by their crews.",
        "随时可以出发，欢迎来到北京。",
        "很高兴，欢迎方案一。",
    ],
)
def test_polite_sentence_that_tells_something_is_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["Enjoy!", "Enjoy your trip. See you!", "Let me know if you need more.", "随时联系我。", "欢迎再来！"]
)
def test_wishes_and_goodbyes_are_courtesy(text: str) -> None:
    assert is_courtesy(text)


NAMES = ["planner", "story_writer", "critic"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("critic", "critic"),
        ("Critic.", "critic"),
        ('{"next_speaker": "critic"}', "critic"),
        ('```json\n{"role": "Story Writer", "why": "planner has spoken"}\n```', "story_writer"),
        ("我选择critic来发言。", "critic"),
        ("下一位是story_writer，因为planner说完了", "story_writer"),
        ("The planner has spoken. The next speaker should be the critic.", "critic"),
        ("planner spoke, then story_writer spoke.\n\ncritic", "critic"),
        ("I select the critic because the planner's plan needs a look.", "critic"),
    ],
)
def test_chosen_speaker_is_found_in_whatever_words(text: str, name: str) -> None:
    assert chosen_speaker(text, NAMES) == name


@pytest.mark.parametrize(
    "text", ["", "nobody", "planner or critic", "criticism", "{}", '{"a": 1}', "[1]", "planner, critic"]
)
def test_answer_that_chooses_nobody_or_several_chooses_nobody(text: str) -> None:
    assert chosen_speaker(text, NAMES) is None
