"""A person at Discord: writes, edits, reacts, and sees what they may see."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.discord_server.commands import NotOfferedError
from tests.discord_server.entities import Channel, Guild
from tests.discord_server.messages import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.pressing import Hands, message_of
from tests.discord_server.shown import Seen, Shown, seen, threads
from tests.discord_server.snowflakes import mentioned
from tests.discord_server.transcript import transcript
from tests.discord_server.world import World

Upload = tuple[str, bytes]
"""A file to attach: a name and its bytes."""
LONGEST = 2000
_NAMED = re.compile(r"(?<![\w<])([@#])(\w[\w-]*)")


class Person(Hands):
    """Somebody, driven as they drive their Discord."""

    async def says(
        self,
        channel: Channel | str,
        text: str = "",
        *,
        files: Sequence[Upload] = (),
        reply_to: Message | Shown | None = None,
        ping: bool = True,
    ) -> Message:
        """Write a message into a channel, thread or direct messages, `@name` and `#channel` as one types them.

        Args:
            channel: Where, or its name.
            text: What.
            files: What is attached.
            reply_to: The message that it answers, if any.
            ping: Whether the answered message's author is notified.

        Raises:
            NotOfferedError: Discord does not let this person write this there.
        """
        place = self.place(channel)
        content = self._composed(text, place)
        self._may(place, content, files)
        fields: dict[str, Any] = {"attachments": [self.world.attachment(place, *file) for file in files]}
        if reply_to is not None:
            fields |= self._replying(message_of(reply_to), content, ping)
        return self.world.post(place, self.user, content, **fields)

    async def mentions(self, channel: Channel | str, text: str, **more: Any) -> Message:
        """Write a message that begins with the bot's mention."""
        return await self.says(channel, f"<@{self.app.id}> {text}", **more)

    async def replies(self, where: Message | Shown | Channel | str, text: str, **more: Any) -> Message:
        """Answer a message where it is; or go on in a thread, without pointing at one of its messages."""
        if isinstance(where, Channel | str):
            return await self.says(where, text, **more)
        return await self.says(self.world.channels[message_of(where).channel_id], text, reply_to=where, **more)

    async def writes_dm(self, text: str, **more: Any) -> Message:
        """Write the bot a direct message."""
        return await self.says(self.dm, text, **more)

    async def edits(self, message: Message | Shown, text: str) -> Message:
        """Change the text of an own message."""
        changed = self._own(message)
        return self.world.edit(changed, content=self._composed(text, self.world.channels[changed.channel_id]))

    async def deletes(self, message: Message | Shown) -> None:
        """Delete a message: an own one, or with the permission any."""
        found = message_of(message)
        allowed = self.world.permissions(self.user.id, self.world.channels[found.channel_id])
        if found.author is not self.user and not allowed & Permission.MANAGE_MESSAGES:
            raise NotOfferedError(f"{self.name} may not delete what others wrote")
        self.world.delete(found)

    async def reacts(self, message: Message | Shown, emoji: str) -> None:
        """Add a reaction."""
        self.world.react(message_of(message), self.user, emoji)

    async def unreacts(self, message: Message | Shown, emoji: str) -> None:
        """Take a reaction away."""
        self.world.unreact(message_of(message), self.user, emoji)

    async def types(self, channel: Channel | str) -> None:
        """Begin to type."""
        self.world.types(self.place(channel), self.user)

    async def starts_thread(self, channel: Channel | str, name: str, message: Message | Shown | None = None) -> Channel:
        """Begin a thread, from a message or without one."""
        root = None if message is None else message_of(message)
        return self.world.create_thread(self.place(channel), self.user, name, message=root)

    def sees(self, channel: Channel | str) -> Seen:
        """Return what this person sees in a channel now, with what only they see.

        Raises:
            NotOfferedError: They may not see it.
        """
        place = self.place(channel)
        if not self.world.permissions(self.user.id, place) & Permission.VIEW_CHANNEL:
            raise NotOfferedError(f"{self.name} does not see {place.name!r}")
        return seen(self.world, place, self.user)

    def threads(self, channel: Channel | str) -> list[Channel]:
        """Return a channel's threads, oldest first."""
        return threads(self.world, self.place(channel))

    def transcript(self, channel: Channel | str) -> str:
        """Return a channel with its threads as text, as this person sees it."""
        return transcript(self.world, self.place(channel), person=self.user)

    async def until(self, channel: Channel | str, condition: Callable[[Seen], object], seconds: float = 10.0) -> Seen:
        """Wait until something is true of what this person sees in a channel, and return that.

        A condition may look at messages that are not there yet, such as `seen.last` of nothing: then it is not true.

        Raises:
            AssertionError: It was not true in time; says what there is to see.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not _holds(condition, there := self.sees(channel)):
            assert loop.time() < end, f"not so within {seconds} s for {self.name}:\n{self.transcript(channel)}"
            await asyncio.sleep(0.005)
        return there

    async def thread_of(self, message: Message | Shown, seconds: float = 10.0) -> Channel:
        """Wait until a message has a thread, and return it.

        Raises:
            AssertionError: It had none in time.
        """
        root = message_of(message)
        await self.until(self.world.channels[root.channel_id], lambda _: root.thread is not None, seconds)
        assert root.thread is not None, "a thread that began does not go"
        return root.thread

    def _replying(self, message: Message, content: str, ping: bool) -> dict[str, Any]:
        reference = {"message_id": str(message.id), "channel_id": str(message.channel_id)}
        reference |= {} if message.guild_id is None else {"guild_id": str(message.guild_id)}
        users = [self.world.users[one] for one in mentioned(content) if one in self.world.users]
        if ping and message.webhook_id is None and message.author not in users:
            users.append(message.author)
        return {"type": 19, "reference": reference, "referenced": message, "mentions": users}

    def _own(self, message: Message | Shown) -> Message:
        found = message_of(message)
        if found.author is not self.user:
            raise NotOfferedError(f"{self.name} may not edit what {found.author.shown} wrote")
        return found

    def _may(self, place: Channel, content: str, files: Sequence[Upload]) -> None:
        allowed = self.world.permissions(self.user.id, place)
        needed = Permission.SEND_MESSAGES_IN_THREADS if place.is_thread else Permission.SEND_MESSAGES
        if not allowed & needed:
            raise NotOfferedError(f"{self.name} may not write in {place.name!r}")
        if place.locked and not allowed & Permission.MANAGE_THREADS:
            raise NotOfferedError(f"the thread {place.name!r} is locked")
        if len(content) > LONGEST:
            raise NotOfferedError(f"a message has at most {LONGEST} characters, not {len(content)}")
        if not content.strip() and not files:
            raise NotOfferedError("a message needs a text or a file")

    def _composed(self, text: str, place: Channel) -> str:
        """Return a text as it is sent: names that are known become mentions."""
        people = {user.shown: f"<@{user.id}>" for user in self.world.users.values()}
        guild = self.world.guilds.get(place.guild_id or 0)
        channels = {one.name: f"<#{one.id}>" for one in guild.channels.values()} if guild is not None else {}

        def named(found: re.Match[str]) -> str:
            known = people if found.group(1) == "@" else channels
            return known.get(found.group(2), found.group(0))

        return _NAMED.sub(named, text)


def _holds(condition: Callable[[Seen], object], there: Seen) -> bool:
    try:
        return bool(condition(there))
    except IndexError:
        return False


def person(world: World, name: str, *, locale: str | None = None, guild: Guild | None = None) -> Person:
    """Return a person by name; a new one joins every guild."""
    user = world.user(name)
    user.locale = locale or user.locale
    return Person(world, user, guild=guild)
