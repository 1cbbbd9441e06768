"""Which events a session is told of, and what it sees of a message: Discord's intents."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Json = dict[str, Any]

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_WEBHOOKS = 1 << 5
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_MESSAGE_REACTIONS = 1 << 10
GUILD_MESSAGE_TYPING = 1 << 11
DIRECT_MESSAGES = 1 << 12
DIRECT_MESSAGE_REACTIONS = 1 << 13
DIRECT_MESSAGE_TYPING = 1 << 14
MESSAGE_CONTENT = 1 << 15

PRIVILEGED = {GUILD_PRESENCES: 3 << 12, GUILD_MEMBERS: 3 << 14, MESSAGE_CONTENT: 3 << 18}
"""What an app's settings page must switch on first, with the application flags of which one shows that it is."""
KNOWN = (1 << 26) - 1
"""Every bit that an IDENTIFY may set."""
CONTENT: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
"""What takes the place of a message's content."""

_EXACT = {
    "GUILD_MEMBER_ADD": (GUILD_MEMBERS, 0),
    "GUILD_MEMBER_UPDATE": (GUILD_MEMBERS, 0),
    "GUILD_MEMBER_REMOVE": (GUILD_MEMBERS, 0),
    "WEBHOOKS_UPDATE": (GUILD_WEBHOOKS, 0),
    "PRESENCE_UPDATE": (GUILD_PRESENCES, 0),
    "TYPING_START": (GUILD_MESSAGE_TYPING, DIRECT_MESSAGE_TYPING),
    "CHANNEL_PINS_UPDATE": (GUILDS, DIRECT_MESSAGES),
}
_PREFIXES = (
    ("MESSAGE_REACTION_", (GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS)),
    ("MESSAGE_", (GUILD_MESSAGES, DIRECT_MESSAGES)),
    ("GUILD_", (GUILDS, 0)),
    ("CHANNEL_", (GUILDS, 0)),
    ("THREAD_", (GUILDS, 0)),
)


def wanted(kind: str, intents: int, *, direct: bool) -> bool:
    """Whether a session with these intents is told of an event of a guild, or of direct messages."""
    pairs = _EXACT.get(kind) or next((pair for prefix, pair in _PREFIXES if kind.startswith(prefix)), None)
    if pairs is None:
        return True
    needed = pairs[1] if direct else pairs[0]
    return needed == 0 or bool(intents & needed)


def seen(kind: str, payload: Json, intents: int, *, bot: str, direct: bool) -> Json:
    """Return what a session sees of an event: without the intents, no members, and content only where it is meant."""
    if kind == "GUILD_CREATE" and not intents & GUILD_MEMBERS:
        return payload | {"members": [one for one in payload["members"] if one["user"]["id"] == bot]}
    if kind not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or direct or intents & MESSAGE_CONTENT:
        return payload
    return _without_content(payload, bot)


def _without_content(message: Json, bot: str) -> Json:
    shown = dict(message)
    if not _meant(message, bot):
        shown |= CONTENT
        shown.pop("poll", None)
    referenced = message.get("referenced_message")
    if isinstance(referenced, dict):
        shown["referenced_message"] = _without_content(referenced, bot)
    return shown


def _meant(message: Json, bot: str) -> bool:
    mentioned: Collection[str] = {str(user["id"]) for user in message.get("mentions", [])}
    return bot in mentioned or str(message.get("author", {}).get("id")) == bot


def disallowed(intents: int, flags: int) -> bool:
    """Whether a privileged intent is asked for that an application with these flags may not have."""
    return any(intents & intent and not flags & switched for intent, switched in PRIVILEGED.items())
