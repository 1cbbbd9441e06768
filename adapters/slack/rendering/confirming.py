"""The question that is asked before something is done that cannot be undone. Pure."""

from __future__ import annotations

from datetime import datetime

from adapters.slack.ids import FORGET, forget_value
from adapters.slack.rendering import blocks as made
from bot.domain import Json
from bot.texts import say

LONGEST_LABEL = 75


def forget_question(sentence: str, asked_at: datetime, language: str) -> list[Json]:
    """Return the question with its button; it is about what was begun before this time."""
    button = {
        "type": "button",
        "action_id": FORGET,
        "style": "danger",
        "text": made.plain(say("chat_forget_button", language), LONGEST_LABEL),
        "value": forget_value(asked_at),
    }
    told = [made.rich([made.section(made.spoken(line))]) for line in sentence.splitlines()]
    return [*told, {"type": "actions", "elements": [button]}]
