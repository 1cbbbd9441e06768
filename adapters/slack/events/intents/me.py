"""Who the bot is to whoever reads what Slack delivers."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.chat.handling import intents


@dataclass(frozen=True, slots=True, kw_only=True)
class Me(intents.Me):
    """Who the bot is in a workspace, and whom it knows there."""

    workspace: str
    bot: str = ""
    """Its bot id, which its own messages carry."""
    app: str = ""
    """Its app id, which they carry too."""
