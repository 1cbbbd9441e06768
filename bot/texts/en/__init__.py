"""The English sentences."""

from __future__ import annotations

from bot.texts.en import console, core, slack

SENTENCES: dict[str, str] = {**core.SENTENCES, **console.SENTENCES, **slack.SENTENCES}
