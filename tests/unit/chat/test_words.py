from __future__ import annotations

import pytest

from adapters.chat.handling.words import HELP, MUTE, STOP, Words, is_one_of, named_team

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


@pytest.mark.parametrize(("text", "words"), [("Stop!", STOP), (" 静音。", MUTE), ("HELP", HELP)])
def test_words_that_steer_stand_alone(text: str, words: frozenset[str]) -> None:
    assert is_one_of(text, words)
    assert not is_one_of(f"{text} it", words)
