"""Why Discord refused something, in words. Pure."""

from __future__ import annotations

from adapters.discord.web.refusals import code_of
from bot.errors import PostRefusedError, ThreadGoneError
from bot.texts import say


def reason_of(error: PostRefusedError, language: str) -> str:
    """Return why, as a part of a sentence: the missing permission by name, else Discord's own code."""
    if isinstance(error, ThreadGoneError):
        return say(error.text_id, language, **error.facts)
    return say("discord_refused_code", language, code=code_of(error))
