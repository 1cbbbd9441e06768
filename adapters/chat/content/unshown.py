"""What a run's starter is told of the turns that were shown nowhere, where its thread is gone. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Post, Turn, TurnKind
from bot.texts import say

MOST_CHARS = 2_000
"""How much of the last turn is told."""


def unshown(post: Post) -> tuple[str, Turn] | None:
    """Return the sentence that leads to the last turn which was never shown, and that turn; None: there is none.

    Of several only the last one's words are given: what the run came to. Files and the inner chat's turns stay with
    the run.
    """
    said = [turn for turn in post.unshown if turn.text.strip() and turn.kind is not TurnKind.NOTICE]
    if not said:
        return None
    last, text_id = said[-1], "chat_unshown" if len(said) > 1 else "chat_unshown_1"
    text = last.text if len(last.text) <= MOST_CHARS else f"{last.text[:MOST_CHARS].rstrip()}…"
    lead = say(text_id, post.language, count=len(said), agent=last.agent)
    return lead, replace(last, text=text, source="", files=(), folded=())
