"""The button that deletes what was begun before it was shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord import ids as discord
from adapters.slack import ids as slack

AT = datetime(2026, 3, 1, 12, 30, 15, 250_400, tzinfo=UTC)


def test_time_comes_back_to_the_millisecond_and_never_earlier() -> None:
    found = [slack.read_forget(slack.forget_value(AT)), discord.read_forget(discord.forget_id(AT))]

    assert all(each is not None and AT <= each < AT + timedelta(milliseconds=1) for each in found)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "9" * 15, "٣", "later"])
def test_value_that_slack_was_never_given_is_none(text: str) -> None:
    assert slack.read_forget(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "run:all:forget:-:", "run:all:forget:-:ffffffffffffffff", "run:all:forget:1:0000000000000000"],
)
def test_custom_id_that_discord_was_never_given_is_none(text: str) -> None:
    assert discord.read_forget(text) is None


def test_id_is_taken_for_no_decision_about_a_request() -> None:
    assert discord.CUSTOM_ID.fullmatch(discord.forget_id(AT)) is not None
    assert discord.read_custom_id(discord.forget_id(AT)) is None
