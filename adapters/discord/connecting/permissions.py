"""What the bot must be allowed in a server, and what each permission that it lacks costs."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

import discord

SHOWN = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "add_reactions": "Add Reactions",
    "manage_webhooks": "Manage Webhooks",
}
"""Each permission by the library's name, with the one that Discord's settings show."""
AUTHORIZE = "https://discord.com/oauth2/authorize"
PERSON = 1
"""Discord's number of an installation that is a person's."""
NEEDED = frozenset({"view_channel", "send_messages", "send_messages_in_threads"})
"""Without these the bot cannot work."""


def wanted() -> discord.Permissions:
    """Return all permissions that the bot asks for."""
    return discord.Permissions(**dict.fromkeys(SHOWN, True))


def missing(granted: discord.Permissions) -> list[str]:
    """Return the library's names of those that are not granted."""
    if granted.administrator:
        return []
    return [name for name in SHOWN if not getattr(granted, name)]


def cost_id(name: str) -> str:
    """Return the sentence that says what is lost without a permission."""
    return f"discord_costs_{name}"


def invite_link(application: int, scopes: Collection[str] = ("bot", "applications.commands")) -> str:
    """Return the address that adds the bot to a server."""
    query = {"client_id": application, "permissions": wanted().value, "scope": " ".join(scopes)}
    return f"{AUTHORIZE}?{urlencode(query)}"


def own_link(application: int) -> str:
    """Return the address by which persons install the app for themselves, without a server's consent."""
    query = {"client_id": application, "scope": "applications.commands", "integration_type": PERSON}
    return f"{AUTHORIZE}?{urlencode(query)}"
