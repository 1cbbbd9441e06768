"""What is said: messages posted, edited and deleted, reactions, and who is typing."""

from __future__ import annotations

from typing import Any

from tests.discord_server.entities import NAME_CHANGE, THREAD_CREATED, THREAD_STARTER, Attachment, Channel, Json, User
from tests.discord_server.entities import Typing as TypingNote
from tests.discord_server.messages import Message, emoji_json
from tests.discord_server.places import Places
from tests.discord_server.snowflakes import mentioned

UNCOUNTED = (THREAD_STARTER, NAME_CHANGE, THREAD_CREATED)
"""Types that do not count as a thread's messages."""


class Talk(Places):
    """The part of the world that messages are."""

    def attachment(self, channel: Channel, filename: str, content: bytes, **more: Any) -> Attachment:
        """Return a file that a message can carry; its bytes can be fetched at its `url`."""
        made = Attachment(
            id=self.ids.next(),
            channel_id=channel.id,
            filename=filename,
            content=content,
            base=self.url,
            now=self.clock.now,
            **more,
        )
        self.files[made.id] = made
        return made

    def post(self, channel: Channel, author: User, content: str = "", **fields: Any) -> Message:
        """Post a message and tell everybody who may see it.

        An archived thread is opened again by it, as on Discord. Mentions are found in the content.

        Args:
            channel: Where.
            author: Who; for a webhook's message a User of the webhook's id and the name for this message.
            content: The text.
            fields: More of Message's fields: `attachments`, `components`, `embeds`, `flags`, `reference`,
                `referenced`, `webhook_id`, `application_id`, `nonce`, `interaction`, `type`, `ephemeral_for`, `id`.
        """
        if channel.is_thread and channel.archived and fields.get("ephemeral_for") is None:
            self.set_archived(channel, False)
        fields.setdefault("mentions", [self.users[one] for one in mentioned(content) if one in self.users])
        fields.setdefault("id", self.ids.next())
        message = Message(channel_id=channel.id, guild_id=channel.guild_id, author=author, content=content, **fields)
        number_components(message.components)
        if channel.is_thread:
            message.position = channel.message_count
        self.messages[channel.id][message.id] = message
        if message.ephemeral_for is None:
            self._count(channel, message)
            self.tell_message("MESSAGE_CREATE", message)
        return message

    def _count(self, channel: Channel, message: Message) -> None:
        channel.last_message_id = message.id
        if channel.is_thread and message.type not in UNCOUNTED:
            channel.message_count += 1
            if message.webhook_id is None and message.author.id not in channel.thread_members:
                self.join_thread(channel, message.author)

    def tell_message(self, type_: str, message: Message) -> None:
        """Tell everybody who may see it of a message; who wrote it is told with their membership."""
        if message.ephemeral_for is not None:
            return
        told = message.as_json()
        if type_ == "MESSAGE_CREATE" and message.nonce is not None:
            told["nonce"] = message.nonce
        told["channel_type"] = self.channels[message.channel_id].type
        guild = self.guilds.get(message.guild_id or 0)
        if guild is not None:
            told["guild_id"] = str(guild.id)
            member = guild.members.get(message.author.id)
            told |= {"member": member.as_json(with_user=False)} if member and message.webhook_id is None else {}
            for user in told["mentions"]:
                mentioned_member = guild.members.get(int(user["id"]))
                if mentioned_member is not None:
                    user["member"] = mentioned_member.as_json(with_user=False)
        self._tell(type_, told, message.channel_id)

    def _tell(self, type_: str, told: Json, channel_id: int) -> None:
        channel = self.channels[channel_id]
        users = {one.id for one in channel.recipients} if channel.guild_id is None else None
        self.hub.dispatch(type_, told, channel.guild_id, channel_id, users)

    def edit(self, message: Message, **changes: Any) -> Message:
        """Change fields of a message and tell of it; a new content is marked as edited."""
        if "content" in changes:
            message.history.append(message.content)
            changes.setdefault("mentions", [self.users[i] for i in mentioned(changes["content"]) if i in self.users])
        for name, value in changes.items():
            setattr(message, name, value)
        number_components(message.components)
        if changes.keys() & {"content", "embeds", "components", "attachments"}:
            message.edited = self.clock.now()
        self.tell_message("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message and tell of it; a thread that began with it stays."""
        message.deleted = True
        self.messages[message.channel_id].pop(message.id, None)
        if message.ephemeral_for is not None:
            return
        told = {"id": str(message.id), "channel_id": str(message.channel_id)}
        self._tell("MESSAGE_DELETE", told | self._guild_of(message), message.channel_id)

    def _guild_of(self, message: Message) -> Json:
        return {} if message.guild_id is None else {"guild_id": str(message.guild_id)}

    def react(self, message: Message, user: User, emoji: str) -> None:
        """Add somebody's reaction: a Unicode character or `name:id`; a second one changes nothing."""
        who = message.reactions.setdefault(emoji, [])
        if user.id not in who:
            who.append(user.id)
            self._tell_reaction("MESSAGE_REACTION_ADD", message, user, emoji)

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        """Take somebody's reaction away, if there is one."""
        who = message.reactions.get(emoji, [])
        if user.id not in who:
            return
        who.remove(user.id)
        if not who:
            del message.reactions[emoji]
        self._tell_reaction("MESSAGE_REACTION_REMOVE", message, user, emoji)

    def _tell_reaction(self, type_: str, message: Message, user: User, emoji: str) -> None:
        told: Json = {"user_id": str(user.id), "channel_id": str(message.channel_id), "message_id": str(message.id)}
        told |= self._guild_of(message) | {"emoji": emoji_json(emoji), "burst": False, "type": 0}
        guild = self.guilds.get(message.guild_id or 0)
        if type_.endswith("ADD"):
            told["message_author_id"] = str(message.author.id)
            member = guild.members.get(user.id) if guild is not None else None
            told |= {"member": member.as_json()} if member is not None else {}
        self._tell(type_, told, message.channel_id)

    def types(self, channel: Channel, user: User) -> None:
        """Note that somebody is typing, and tell of it."""
        moment = self.clock.now()
        self.typings.append(TypingNote(channel_id=channel.id, user_id=user.id, moment=moment))
        told: Json = {"channel_id": str(channel.id), "user_id": str(user.id), "timestamp": int(moment)}
        guild = self.guilds.get(channel.guild_id or 0)
        if guild is not None:
            told |= {"guild_id": str(guild.id)}
            told |= {"member": guild.members[user.id].as_json()} if user.id in guild.members else {}
        self._tell("TYPING_START", told, channel.id)

    def set_archived(self, thread: Channel, archived: bool) -> None:
        """Archive a thread or open it again, and tell of it."""
        thread.archived, thread.archive_changed = archived, self.clock.now()
        self.tell_thread("THREAD_UPDATE", thread)

    def tell_thread(self, type_: str, thread: Channel, **more: Any) -> None:
        """Tell of a thread; each bot that joined it is told with its own membership."""
        for user_id in thread.thread_members:
            if user_id in self.users and self.users[user_id].bot:
                self.hub.dispatch(type_, thread.as_json(user_id) | more, thread.guild_id, thread.id, {user_id})
        others = {user.id for user in self.users.values() if user.bot} - thread.thread_members.keys()
        seeing = {one for one in others if self.permissions(one, thread)}
        if seeing:
            self.hub.dispatch(type_, thread.as_json() | more, thread.guild_id, thread.id, seeing)

    def join_thread(self, thread: Channel, user: User) -> None:
        """Let somebody join a thread; a second time changes nothing."""
        if user.id in thread.thread_members:
            return
        thread.thread_members[user.id] = self.clock.now()
        if user.bot:
            self.hub.dispatch("THREAD_CREATE", thread.as_json(user.id), thread.guild_id, thread.id, {user.id})
        self._tell_members(thread, {"added_members": [self._membership(thread, user)]})

    def leave_thread(self, thread: Channel, user: User) -> None:
        """Let somebody leave a thread."""
        if thread.thread_members.pop(user.id, None) is not None:
            self._tell_members(thread, {"removed_member_ids": [str(user.id)]})

    def _membership(self, thread: Channel, user: User) -> Json:
        guild = self.guilds[thread.guild_id or 0]
        member = guild.members.get(user.id)
        return thread.membership(user.id) | {"member": member.as_json() if member else None, "presence": None}

    def _tell_members(self, thread: Channel, change: Json) -> None:
        told = {"id": str(thread.id), "guild_id": str(thread.guild_id), "member_count": len(thread.thread_members)}
        self._tell("THREAD_MEMBERS_UPDATE", told | change, thread.id)


def number_components(components: list[Json], start: int = 1) -> int:
    """Give every component that has none a numeric id, as Discord does; return the next free number."""
    for component in components:
        component.setdefault("id", start)
        start = max(start, int(component["id"])) + 1
        inner = [*component.get("components", [])]
        inner += [component[name] for name in ("accessory", "component") if name in component]
        start = number_components(inner, start)
    return start
