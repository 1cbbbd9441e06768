"""The English sentences."""

from __future__ import annotations

from bot.texts.en import chat, console, core, discord, refusals, slack

SENTENCES: dict[str, str] = {
    **core.SENTENCES,
    **refusals.SENTENCES,
    **console.SENTENCES,
    **chat.SENTENCES,
    **slack.SENTENCES,
    **discord.SENTENCES,
}
