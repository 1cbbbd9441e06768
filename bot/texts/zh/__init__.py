"""The Chinese sentences."""

from __future__ import annotations

from bot.texts.zh import budgets, chat, console, core, discord, refusals, slack

SENTENCES: dict[str, str] = {
    **core.SENTENCES,
    **refusals.SENTENCES,
    **budgets.SENTENCES,
    **console.SENTENCES,
    **chat.SENTENCES,
    **slack.SENTENCES,
    **discord.SENTENCES,
}
