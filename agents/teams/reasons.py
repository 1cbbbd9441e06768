"""Why a run ended, in words for people: the agent library's own are about its insides. Pure."""

from __future__ import annotations

import re

from bot.texts import say

_SENTENCES = (
    ("User requested to end the conversation", "ended_by_person"),
    # The person was asked, and said nothing more.
    (r"Termination message condition on .* met and no human input provided", "ended_by_person"),
    (r"Termination message condition on .* met", "ended_by_word"),
    (r"Maximum turns \((?P<count>\d+)\) reached", "ended_by_turns"),
    (r"Maximum rounds \((?P<count>\d+)\) reached", "ended_by_rounds"),
    ("Maximum number of consecutive auto-replies reached", "ended_by_replies"),
    ("No next speaker selected", "ended_without_speaker"),
    ("No reply generated", "ended_without_reply"),
)


def in_words(reason: str, language: str) -> str:
    """Return a stop reason as a sentence of the catalogue; one that is not known stands for itself."""
    for pattern, text_id in _SENTENCES:
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return say(text_id, language, **found.groupdict())
    return reason
