"""The Chinese sentences."""

from __future__ import annotations

from bot.texts.zh import budgets, cards, chat, console, core, discord, forgetting, models, operating, refusals, slack

SENTENCES: dict[str, str] = {
    **core.SENTENCES,
    **refusals.SENTENCES,
    **budgets.SENTENCES,
    **console.SENTENCES,
    **chat.SENTENCES,
    **cards.SENTENCES,
    **forgetting.SENTENCES,
    **models.SENTENCES,
    **operating.SENTENCES,
    **slack.SENTENCES,
    **discord.SENTENCES,
}
