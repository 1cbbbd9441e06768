"""The English sentences."""

from __future__ import annotations

from bot.texts.en import budgets, chat, console, core, discord, refusals, slack

SENTENCES: dict[str, str] = {
    **core.SENTENCES,
    **refusals.SENTENCES,
    **budgets.SENTENCES,
    **console.SENTENCES,
    **chat.SENTENCES,
    **slack.SENTENCES,
    **discord.SENTENCES,
}
