"""Why Discord refused something, in words. Pure."""

from __future__ import annotations

from adapters.discord.web.refusals import TOO_MANY_THREADS, WRONG_KIND, code_of
from bot.errors import PostRefusedError, ThreadGoneError
from bot.texts import say

_TEXTS = {WRONG_KIND: "discord_refused_kind", TOO_MANY_THREADS: "discord_refused_threads"}


def reason_of(error: PostRefusedError, language: str) -> str:
    """Return why, as a part of a sentence: the missing permission by name; what has no words, by Discord's own code."""
    if isinstance(error, ThreadGoneError):
        return say(error.text_id, language, **error.facts)
    return say(_TEXTS.get(code_of(error), "discord_refused_code"), language, code=code_of(error))
