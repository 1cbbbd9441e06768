"""DiscordApi: what the bot itself asks of Discord, each translated into plain values and errors that say what to do.

Sending is the library's: its rate limits, its connections. What it repeats by itself and what not, `tracing` decides.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Literal

import discord
from discord.http import handle_message_parameters

from adapters.discord.rendering.parts import Part
from adapters.discord.web.messages import NOBODY, QUIET, Describe, Mark, Views, files, new, rows, shown
from adapters.discord.web.reading import read
from adapters.discord.web.refusals import (
    THREAD_EXISTS,
    UNKNOWN_MESSAGE,
    DiscordRefusedError,
    Doing,
    translated,
)
from adapters.discord.web.shown import ShownMessage
from bot.domain import Json
from bot.errors import PostRefusedError

LONGEST_NAME = 100
"""Characters of a thread's name."""
ARCHIVED_AFTER: Literal[10080] = 10080
"""Minutes without a message after which Discord folds a thread away; writing in it unfolds it."""


class DiscordApi:
    """The bot's own calls. Ids are decimal digits.

    Every call may raise RetryLaterError (surely not done, later perhaps), ThreadGoneError (nothing can be done in this
    place any more), DiscordRefusedError (never, a PostRefusedError; `code` is Discord's number for why) and
    ConnectionError (whether it was done is not known).
    """

    def __init__(self, client: discord.Client, *, views: Views, describe: Describe) -> None:
        """Call Discord through the library.

        Args:
            client: Logged in.
            views: Makes the library's view of rows of buttons.
            describe: Describes a message as deliveries do, for `ShownMessage.described`.
        """
        self._client = client
        self._views = views
        self._describe = describe

    async def send(
        self, channel: str, part: Part, *, nonce: str, in_thread: bool = False, mark: Mark | None = None
    ) -> str:
        """Send a message as the bot and return its id; `name` and `speaker` of the part are not shown.

        Discord shows a message with the same nonce only once, if it comes within minutes.
        """
        with translated(Doing.POST_FILES if part.files else Doing.POST_IN_THREAD if in_thread else Doing.POST):
            sent = await self._place(channel).send(nonce=nonce, **new(part, self._views, mark))
        return str(sent.id)

    async def edit(self, channel: str, message: str, part: Part, *, mark: Mark | None = None) -> None:
        """Replace what a message of the bot's shows; files that it has stay, and none comes twice. May be repeated."""
        partial = self._place(channel).get_partial_message(int(message))
        view = rows(part, self._views, mark)
        with translated(Doing.POST):
            if not part.files:
                await self._change(partial, content=part.content, view=view)
                return
            kept = (await partial.fetch()).attachments
            known = {(PurePath(file.filename).suffix, file.size) for file in kept}
            added = files(file for file in part.files if (PurePath(file.name).suffix, len(file.data)) not in known)
            await self._change(partial, content=part.content, view=view, attachments=[*kept, *added])

    async def _change(self, message: discord.PartialMessage, **values: Any) -> None:
        """Change a message as its own `edit` does, which cannot say that nothing unfolds."""
        with handle_message_parameters(flags=QUIET, allowed_mentions=NOBODY, **values) as params:
            await self._client.http.edit_message(message.channel.id, message.id, params=params)

    async def delete(self, channel: str, message: str) -> None:
        """Delete a message; harmless when it is gone."""
        try:
            with translated(Doing.POST):
                await self._place(channel).get_partial_message(int(message)).delete()
        except DiscordRefusedError as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    async def history(
        self, channel: str, *, after: str | None = None, before: str | None = None, limit: int | None = 100
    ) -> list[ShownMessage]:
        """Return messages of a place, oldest first; the newest of them unless `after` is given. None: no limit.

        Where the bot may not read, Discord shows nothing.
        """
        after_id, before_id = int(after) if after else None, int(before) if before else None
        found = read(self._client, self._place(channel), after=after_id, before=before_id, limit=limit)
        with translated(Doing.READ):
            messages = [shown(message, self._describe) async for _, message in found if message is not None]
        return messages if after_id is not None else messages[::-1]

    async def message(self, channel: str, message: str) -> ShownMessage | None:
        """Return one message; None: there is none."""
        try:
            with translated(Doing.READ):
                return shown(await self._place(channel).fetch_message(int(message)), self._describe)
        except DiscordRefusedError as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
        return None

    def guilds(self) -> list[str]:
        """Return the ids of the servers that the bot is in, as far as the gateway has told of them."""
        return [str(guild.id) for guild in self._client.guilds]

    def knows_guilds(self) -> bool:
        """Whether the gateway has told of all of them, since the bot began or its connection was made anew."""
        return self._client.is_ready()

    async def member(self, guild: str, user: str) -> Json | None:
        """Return a member of a server as Discord describes them; None: they are none, or it does not say."""
        try:
            with translated(Doing.SEE):
                return dict(await self._client.http.get_member(int(guild), int(user)))
        except PostRefusedError:
            return None

    async def open_thread(self, channel: str, message: str, name: str) -> str:
        """Make a thread of a channel's message and return its id, which is the message's; harmless when repeated."""
        short = name[:LONGEST_NAME].strip() or "…"
        try:
            with translated(Doing.OPEN_THREAD):
                await self._client.http.start_thread_with_message(
                    int(channel), int(message), name=short, auto_archive_duration=ARCHIVED_AFTER
                )
        except DiscordRefusedError as error:
            if error.code != THREAD_EXISTS:
                raise
        return message

    async def open_direct(self, user: str) -> str:
        """Return the channel of the direct messages with a person; whether they take any, sending shows (50007)."""
        with translated(Doing.POST):
            return str((await self._client.create_dm(discord.Object(int(user)))).id)

    async def unarchive(self, thread: str) -> None:
        """Unfold a thread that Discord has folded away; sending does so by itself, changing a message does not."""
        with translated(Doing.POST_IN_THREAD):
            await self._client.http.edit_channel(int(thread), archived=False)

    async def react(self, channel: str, message: str, emoji: str) -> None:
        """Set a reaction on a message; harmless when repeated."""
        with translated(Doing.REACT):
            await self._place(channel).get_partial_message(int(message)).add_reaction(emoji)

    async def typing(self, channel: str) -> None:
        """Show for some seconds, or until something is sent, that the bot writes."""
        with translated(Doing.POST):
            await self._place(channel).typing()

    def _place(self, channel: str) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(channel))
