from __future__ import annotations

import pytest

from adapters.chat.handling import earlier
from adapters.chat.handling.earlier import newest
from bot.domain import Said


def said(*texts: str) -> list[Said]:
    return [Said(name="Anna", text=text) for text in texts]


def test_newest_words_have_room_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_CHARACTERS", 10)

    assert [one.text for one in newest(said("12345", "6789", "abc"))] == ["6789", "abc"]


def test_last_words_are_cut_rather_than_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_CHARACTERS", 4)

    assert [one.text for one in newest(said("old", "123456"))] == ["1234"]


def test_no_more_messages_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_MESSAGES", 2)

    assert [one.text for one in newest(said("a", "b", "c"))] == ["b", "c"]
