"""The outbox: what the bot's posts say and how they are shown exactly once, in order."""

from __future__ import annotations

from bot.outbox.cards import card_key, card_post, closed_post, decided_post
from bot.outbox.pauses import Pauses, backoff
from bot.outbox.poster import Add, Bell, Poster, Soon
from bot.outbox.posts import end_post, kept_post, notice_post, run_notice_post, turn_of, turn_post, unshown_post
from bot.outbox.redacting import RedactingAdapter

__all__ = [
    "Add",
    "Bell",
    "Pauses",
    "Poster",
    "RedactingAdapter",
    "Soon",
    "backoff",
    "card_key",
    "card_post",
    "closed_post",
    "decided_post",
    "end_post",
    "kept_post",
    "notice_post",
    "run_notice_post",
    "turn_of",
    "turn_post",
    "unshown_post",
]
