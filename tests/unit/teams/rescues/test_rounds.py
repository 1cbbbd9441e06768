from __future__ import annotations

import pytest

from agents.teams.rescues.repeats import Said, loop_of
from agents.teams.rescues.speakers import chosen_speaker

LONG = "Please work out the primes below thirty and print them."


def group(*texts: str, speakers: str = "abc") -> list[Said]:
    return [Said(speakers[at % len(speakers)], text) for at, text in enumerate(texts)]


def test_agent_that_twice_only_repeats_what_it_was_told_is_an_echo() -> None:
    other = "Print them one below the other, each on a line."
    history = group(LONG, LONG, other, other.upper(), speakers="ab")

    assert loop_of(history) == "echo"
    assert loop_of(history, former=True) == ""


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
    assert loop_of(history, former=True) == ""


def test_round_in_which_one_says_something_new_goes_on() -> None:
    assert loop_of(group("plan", "critique", "praise", "plan", "critique", "blame")) == ""


def test_agents_that_vote_alike_go_on() -> None:
    assert loop_of(group("yes", "yes", "yes")) == ""


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
