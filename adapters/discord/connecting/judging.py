"""What surely is nothing for the bot, so that it needs no record: other people's talk. Pure."""

from __future__ import annotations

from adapters.discord.events.intents import Me
from bot.domain import Json


def is_nothing(message: Json, me: Me) -> bool:
    """Whether a message needs no record. In threads everything does: a conversation may be about to begin there."""
    author, where = message["author"], message["place"]
    if author["id"] == me.user or (me.application and message["application"] == me.application):
        return True
    if where["kind"] != "channel":
        return False
    return not any(each["id"] == me.user for each in message["mentions"])
