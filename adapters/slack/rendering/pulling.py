"""Buttons that have a model pulled, and the offer below the end of a run that lacked one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.chat.content.pulls import label_of
from adapters.slack.ids import PULL
from adapters.slack.rendering import blocks as made
from bot.domain import Json
from bot.texts import say

LONGEST_LABEL = 75
LONGEST_VALUE = 2_000


def pull_buttons(named: Sequence[tuple[str, str]]) -> list[Json]:
    """Return a row of buttons, each with its label and its model; none for none."""
    row = [_button(label, model, f"{PULL}_{number}") for number, (label, model) in enumerate(named, 1)]
    return [{"type": "actions", "elements": row}] if row else []


def pull_offer(model: str, language: str) -> list[Json]:
    """Return what stands below the end of a run whose model is on no host. Who may is asked when it is pressed."""
    sentence = made.rich([made.section(made.spoken(say("slack_pull_offer", language, model=model)))])
    if len(model) > LONGEST_VALUE:
        return [sentence]
    return [sentence, {"type": "actions", "elements": [_button(label_of(model, language), model, PULL)]}]


def _button(label: str, model: str, action: str) -> Json:
    return {"type": "button", "action_id": action, "text": made.plain(label, LONGEST_LABEL), "value": model}
