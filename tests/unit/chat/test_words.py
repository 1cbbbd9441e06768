from __future__ import annotations

import pytest

from adapters.chat.handling.words import Steering, Words, named_team, steering, without, words_said

TEAMS = frozenset({"coder", "panel"})


@pytest.mark.parametrize(
    ("text", "team", "rest"),
    [
        ("coder: primes", "coder", "primes"),
        ("Coder：素数", "coder", "素数"),
        ("--team=panel which", "panel", "which"),
        ("—team nobody hi", "nobody", "hi"),
        ("--team my.file hi", "my?file", "hi"),
        ("--team 程序员 hi", "???", "hi"),
        (f"--team {'x' * 41} hi", "x" * 41, "hi"),
        (f"--team {'x' * 3000} hi", f"{'x' * 41}?", "hi"),
        ("note: this", None, "note: this"),
        ("which coder: you?", None, "which coder: you?"),
        ("", None, ""),
    ],
)
def test_team_stands_at_the_beginning(text: str, team: str | None, rest: str) -> None:
    assert named_team(text, TEAMS) == Words(text=rest, team=team)


@pytest.mark.parametrize("text", ["coder: primes", "--team panel which"])
def test_who_does_not_speak_to_the_bot_names_no_team(text: str) -> None:
    assert words_said(text, TEAMS, addressed=False) == Words(text=text)
    assert words_said(text, TEAMS, addressed=True) == named_team(text, TEAMS)


@pytest.mark.parametrize(
    ("text", "word"), [("Stop!", Steering.STOP), (" 静音。", Steering.MUTE), ("HELP", Steering.HELP)]
)
def test_words_that_steer_stand_alone(text: str, word: Steering) -> None:
    assert steering(text, in_thread=False) is word
    assert steering(f"{text} it", in_thread=False) is None


@pytest.mark.parametrize(("text", "word"), [("stop", Steering.STOP), ("help", None), ("帮助", None)])
def test_in_a_thread_help_is_an_answer_to_the_agents(text: str, word: Steering | None) -> None:
    assert steering(text, in_thread=True) is word


@pytest.mark.parametrize(
    ("text", "rest"),
    [("@bot, go", "go"), ("go @bot now", "go now"), ("@bot：开始", "开始"), (" go", " go"), ("@bot", "")],
)
def test_own_mention_is_taken_out_with_what_sets_it_off(text: str, rest: str) -> None:
    assert without("@bot", text) == rest
