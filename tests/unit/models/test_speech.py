from __future__ import annotations

import pytest

from agents.models.speech import Spoken, without_thinking


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain", "plain"),
        ("<think>\nhm\n</think>\n\nanswer", "answer"),
        ("  <think>hm</think>answer", "answer"),
        ("<think>never ends", ""),
        ("thought by the template\n</think>\n\nanswer", "answer"),
        ("the mark </think> is explained here", "the mark </think> is explained here"),
        ("later <think>stays</think>", "later <think>stays</think>"),
    ],
)
def test_thought_at_the_beginning_is_taken_out(text: str, left: str) -> None:
    assert without_thinking(text) == left


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("plain words", "plain words"),
        ("<think>secret</think>\n\nsaid", "said"),
        ("<thing> is not a thought", "<thing> is not a thought"),
        ("<think>for ever", ""),
    ],
)
def test_thoughts_are_not_heard_however_they_are_cut(text: str, heard: str, size: int) -> None:
    pieces: list[str] = []
    spoken = Spoken(pieces.append)

    for at in range(0, len(text), size):
        spoken.add(text[at : at + size])

    assert "".join(pieces) == heard == spoken.text


def test_empty_pieces_are_not_passed_on() -> None:
    pieces: list[str] = []
    spoken = Spoken(pieces.append)

    for piece in ("", "a", "", "b"):
        spoken.add(piece)

    assert pieces == ["a", "b"]
