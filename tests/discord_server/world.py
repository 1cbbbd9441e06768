"""The world: what there is on this Discord, and what people and apps can do in it.

What happens here is told through `world.hub` to whoever may know it. Nothing here checks permissions, limits or sizes:
the REST routes and a person's client do that, each in their own way.

    world = World()
    guild = world.guild("Acme")
    anna, general = world.user("Anna"), world.channel(guild, "general")
    message = world.post(general, anna, f"<@{world.app.id}> write a haiku")
    thread = world.create_thread(general, world.app.user, "A haiku", message=message)
"""

from __future__ import annotations

import secrets
from typing import Any

from tests.discord_server.entities import (
    DM,
    FORUM,
    HAS_THREAD,
    NAME_CHANGE,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    THREAD_CREATED,
    THREAD_STARTER,
    App,
    Attachment,
    Channel,
    Guild,
    Json,
    Member,
    Role,
    Typing,
    User,
    Webhook,
)
from tests.discord_server.hub import Dispatch, Hub
from tests.discord_server.messages import Interaction, Message
from tests.discord_server.permissions import Permission
from tests.discord_server.snowflakes import born
from tests.discord_server.talk import Talk

__all__ = [
    "DM",
    "App",
    "Attachment",
    "Channel",
    "Dispatch",
    "Guild",
    "Hub",
    "Interaction",
    "Json",
    "Member",
    "Message",
    "Permission",
    "Role",
    "Typing",
    "User",
    "Webhook",
    "World",
]


class World(Talk):
    """Everything there is, and everything that can be done."""

    def create_thread(
        self,
        parent: Channel,
        owner: User,
        name: str,
        *,
        message: Message | None = None,
        type_: int = PUBLIC_THREAD,
        duration: int = 1440,
    ) -> Channel:
        """Begin a thread, from a message (then the thread has the message's id) or without one.

        A forum's thread gets its first message by `post(thread, ..., id=thread.id)`.
        """
        key = message.id if message is not None else self.ids.next()
        thread = Channel(id=key, type=type_, name=name, guild_id=parent.guild_id, parent_id=parent.id)
        thread.owner_id, thread.auto_archive_duration = owner.id, duration
        thread.archive_changed = thread.thread_members[owner.id] = self.clock.now()
        self.keep(thread)
        if parent.type == FORUM:
            parent.last_message_id = thread.id
        self.tell_thread("THREAD_CREATE", thread, newly_created=True)
        if message is not None:
            self.edit(message, thread=thread, flags=message.flags | HAS_THREAD)
            self._system(thread, message.author, THREAD_STARTER, "", message)
        elif parent.type != FORUM and type_ != PRIVATE_THREAD:
            reference = {"channel_id": str(thread.id), "guild_id": str(thread.guild_id)}
            self.post(parent, owner, name, type=THREAD_CREATED, reference=reference)
        return thread

    def _system(self, thread: Channel, author: User, type_: int, content: str, about: Message | None = None) -> Message:
        reference: Json | None = None
        if about is not None:
            reference = {"channel_id": str(about.channel_id), "message_id": str(about.id)}
            reference |= {"guild_id": str(thread.guild_id)}
        return self.post(thread, author, content, type=type_, reference=reference, referenced=about)

    def change(self, channel: Channel, by: User | None = None, **changes: Any) -> Channel:
        """Change fields of a channel or thread and tell of it; a thread's new name is announced in it."""
        renamed = "name" in changes and changes["name"] != channel.name
        if changes.get("archived", channel.archived) != channel.archived:
            channel.archive_changed = self.clock.now()
        for name, value in changes.items():
            setattr(channel, name, value)
        if channel.is_thread:
            self.tell_thread("THREAD_UPDATE", channel)
        else:
            self._tell("CHANNEL_UPDATE", channel.as_json(), channel.id)
        if channel.is_thread and renamed and by is not None and not channel.archived:
            self._system(channel, by, NAME_CHANGE, channel.name)
        return channel

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Archive a thread, and lock it if told so."""
        self.change(thread, archived=True, locked=locked)

    def unarchive(self, thread: Channel) -> None:
        """Open a thread again and unlock it."""
        self.change(thread, archived=False, locked=False)

    def archive_quiet(self) -> None:
        """Archive every thread in which nothing was said for as long as its `auto_archive_duration`."""
        for thread in [one for one in self.channels.values() if one.is_thread and not one.archived]:
            last = max(born(thread.last_message_id or thread.id), thread.archive_changed)
            if self.clock.now() - last > thread.auto_archive_duration * 60:
                self.change(thread, archived=True)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel or thread with everything in it; a channel's threads and webhooks go too."""
        for thread in [one for one in self.channels.values() if one.parent_id == channel.id and one.is_thread]:
            self.delete_channel(thread)
        self.webhooks = {key: hook for key, hook in self.webhooks.items() if hook.channel_id != channel.id}
        told = channel.as_json()
        if channel.is_thread:
            told = {name: told[name] for name in ("id", "guild_id", "parent_id", "type")}
        self._tell("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", told, channel.id)
        del self.channels[channel.id], self.messages[channel.id]
        root = self.messages.get(channel.parent_id or 0, {}).get(channel.id)
        if root is not None:
            root.thread = None
        if channel.guild_id is not None:
            del self.guilds[channel.guild_id].channels[channel.id]

    def create_webhook(self, channel: Channel, user: User, name: str, app: App | None = None) -> Webhook:
        """Add a webhook to a channel; an app's own one carries its application id."""
        hook = Webhook(
            id=self.ids.next(),
            token=secrets.token_urlsafe(48),
            channel_id=channel.id,
            guild_id=channel.guild_id or 0,
            name=name,
            user=user,
            application_id=None if app is None else app.id,
        )
        self.webhooks[hook.id] = hook
        self.tell_webhooks(channel.id)
        return hook

    def delete_webhook(self, hook: Webhook) -> None:
        """Delete a webhook; what it posted stays."""
        self.webhooks.pop(hook.id, None)
        self.tell_webhooks(hook.channel_id)

    def tell_webhooks(self, channel_id: int) -> None:
        """Tell that a channel's webhooks are not what they were."""
        guild_id = self.channels[channel_id].guild_id
        self._tell("WEBHOOKS_UPDATE", {"guild_id": str(guild_id), "channel_id": str(channel_id)}, channel_id)

    def shown(self, channel: Channel) -> list[Message]:
        """Return what a channel's history holds, oldest first; nothing ephemeral."""
        return [one for one in self.messages[channel.id].values() if one.ephemeral_for is None]
