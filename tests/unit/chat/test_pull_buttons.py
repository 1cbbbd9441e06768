"""The button that has a model pulled."""

from __future__ import annotations

import pytest

from adapters.discord import ids as discord
from adapters.slack import ids as slack

LONGEST = "a" * discord.LONGEST_MODEL


@pytest.mark.parametrize("model", ["qwen2:7b", "hf.co/someone/model:Q4_K_M", LONGEST])
def test_model_comes_back_from_discords_custom_id_which_is_taken_for_nothing_else(model: str) -> None:
    custom_id = discord.pull_id(model)

    assert len(custom_id) <= 100
    assert discord.CUSTOM_ID.fullmatch(custom_id)
    assert discord.read_pull(custom_id) == model
    assert (discord.read_custom_id(custom_id), discord.read_forget(custom_id)) == (None, None)


@pytest.mark.parametrize(
    "text", ["", "pull:", "pull:two words", f"pull:{LONGEST}a", "run:all:forget:-:0000000000000000"]
)
def test_custom_id_that_discord_was_never_given_names_no_model(text: str) -> None:
    assert discord.read_pull(text) == ""


@pytest.mark.parametrize(
    ("action", "is_one"),
    [(slack.PULL, True), (f"{slack.PULL}_3", True), (f"{slack.PULL}_x", False), (slack.STOP, False), ("", False)],
)
def test_slack_button_is_known_with_and_without_a_number(action: str, is_one: bool) -> None:
    assert slack.is_pull(action) is is_one
    assert not (is_one and slack.action_of(action))
