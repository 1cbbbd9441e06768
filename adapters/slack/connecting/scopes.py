"""What the app must be allowed and be told: its scopes and its events. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "groups:history",
    "im:history",
    "mpim:history",
    "chat:write",
    "chat:write.customize",
    "assistant:write",
    "commands",
    "users:read",
    "usergroups:read",
    "im:write",
    "channels:read",
    "groups:read",
    "im:read",
    "mpim:read",
    "files:read",
    "files:write",
    "reactions:write",
)
"""What the bot's token is granted."""
NEEDED = frozenset({"app_mentions:read", "channels:history", "chat:write", "users:read"})
"""Without these there is no talking in a channel; without others something smaller is missing."""
EVENTS = (
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "app_home_opened",
    "agent_session_stopped",
    "app_uninstalled",
    "tokens_revoked",
)
"""What Slack delivers."""


def missing(granted: Iterable[str]) -> list[str]:
    """Return the scopes that are not granted, in our order."""
    there = {scope.strip() for scope in granted}
    return [scope for scope in SCOPES if scope not in there]


def cost_id(scope: str) -> str:
    """Return the id of the catalogue's sentence that says what is lost without a scope."""
    return f"slack_costs_{re.sub(r'[:.]', '_', scope)}"
