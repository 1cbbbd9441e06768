from __future__ import annotations

import inspect
import re

import pytest
from autogen import ConversableAgent, GroupChatManager

from agents.teams.reasons import in_words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("User requested to end the conversation", "a person ended it"),
        ("Termination message condition on agent 'user' met", "the team said that it is done"),
        ("Termination message condition on the GroupChatManager 'm' met", "the team said that it is done"),
        ("Termination message condition on agent 'x' met and no human input provided", "a person ended it"),
        ("Maximum turns (3) reached", "it has had 3 turns, which is the team's limit"),
        ("Maximum rounds (12) reached", "it has had 12 rounds, which is the team's limit"),
        (
            "Maximum number of consecutive auto-replies reached",
            "an agent has replied as often as it may without a person",
        ),
        ("No next speaker selected", "no agent was to speak next"),
        ("No reply generated", "nobody had anything more to say"),
    ],
)
def test_reason_of_the_library_is_told_in_words_for_people(reason: str, words: str) -> None:
    assert in_words(reason, "en") == words
    assert in_words(reason, "zh") != words


@pytest.mark.parametrize("reason", ["", "something new"])
def test_reason_that_is_not_known_stands_for_itself(reason: str) -> None:
    assert in_words(reason, "en") == reason


@pytest.mark.parametrize("source", [ConversableAgent, GroupChatManager])
def test_every_reason_that_the_library_gives_is_known(source: type) -> None:
    given = re.findall(r"termination_reason = \(?\s*f?\"([^\"]+)\"", inspect.getsource(source))
    given += re.findall(r"termination_reason=f?\"([^\"]+)\"", inspect.getsource(source))
    filled = [re.sub(r"\{[^}]*\}", "7", reason) for reason in given]

    assert filled
    assert [reason for reason in filled if in_words(reason, "en") == reason] == []
