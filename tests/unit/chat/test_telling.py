"""How often somebody who is turned away is told so where others see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from adapters.chat.handling.telling import TOLD_FOR, TurnedAway
from bot.domain import ThreadRef

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = ThreadRef(adapter="discord", workspace="1", channel="2", thread="3")


def test_each_person_is_told_once_in_each_channel_for_a_while() -> None:
    turned_away = TurnedAway()

    assert turned_away.to_tell("gus", PLACE, NOW)
    assert not turned_away.to_tell("gus", replace(PLACE, thread="4"), NOW)
    assert turned_away.to_tell("bo", PLACE, NOW)
    assert turned_away.to_tell("gus", replace(PLACE, channel="5"), NOW)
    assert turned_away.to_tell("gus", PLACE, NOW + TOLD_FOR)
