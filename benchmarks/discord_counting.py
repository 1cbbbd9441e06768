"""What the bot shows on the Discord of our own, for counting. Pure."""

from __future__ import annotations

from adapters.discord.ids import ADAPTER, DIRECT
from benchmarks.counting import Seen
from bot.domain import ThreadRef
from tests.discord_server import App, Channel, Message, World
from tests.discord_server.entities import DM, REPLY

PLAIN, ANSWERED = 0, REPLY
"""The types of messages that somebody says."""


def thread_of(place: Channel, message: int | None = None) -> ThreadRef:
    """Return the address of a thread, of direct messages, or of the thread that a channel's message begins."""
    if place.type == DM:
        return ThreadRef(adapter=ADAPTER, workspace=DIRECT, channel=str(place.id), thread=str(place.id))
    parent, thread = (place.id, message) if message is not None else (place.parent_id, place.id)
    return ThreadRef(adapter=ADAPTER, workspace=str(place.guild_id), channel=str(parent), thread=str(thread))


def seen_in(world: World) -> dict[str, list[Seen]]:
    """Return what the bot shows in each thread, and in direct messages; nothing there carries a post's key."""
    shown: dict[str, list[Seen]] = {}
    for place in world.channels.values():
        if place.is_thread or place.type == DM:
            posts = [message for message in world.shown(place) if is_post(message, world.app)]
            if posts:
                # What would be formatting, the bot writes with a backslash before it.
                seen = [Seen(text=message.content.replace("\\", ""), post=None) for message in posts]
                shown[thread_of(place).conversation] = seen
    return shown


def is_post(message: Message, app: App) -> bool:
    """Whether the bot says something, itself or through a webhook; what answers an interaction is no post."""
    if message.type not in (PLAIN, ANSWERED) or message.webhook_id == app.id:
        return False
    return message.author is app.user or (message.webhook_id is not None and message.application_id == app.id)
