"""Live previews on Discord: messages that are edited, each marked as one, where decoration has room now."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

import discord
import structlog

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.chat.sending.live import Live, Sighting
from adapters.chat.sending.screen import Moment
from adapters.discord.ids import DIRECT, post_nonce
from adapters.discord.rendering.parts import Part
from adapters.discord.rendering.render import preview, status
from adapters.discord.sending.places import place_of
from adapters.discord.sending.reconciling import path_mark, preview_mark, preview_of
from adapters.discord.sending.sender import LOST, Sender
from adapters.discord.sending.working import TYPING_LASTS, Signs
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.messages import Mark
from adapters.discord.web.refusals import TOO_OLD_TO_EDIT, code_of
from adapters.discord.web.webhooks import NoWebhookError
from bot.domain import ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock
from bot.texts import say

log = structlog.get_logger()

SPARE = 4
"""So many writes of decoration go through a channel's webhook, or to somebody directly, within `WINDOW`."""
WINDOW = timedelta(seconds=5)
"""Discord takes five changes within it: one is always left for a turn."""
NEWEST = 50
"""How many of a thread's newest messages are searched for previews that an earlier process left."""


class Budget:
    """How much decoration there may be."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: Recent[str, deque[datetime]] = Recent()

    def spare(self, channel: str) -> bool:
        """Take room for one write of decoration in a channel; False: there is none now."""
        now, spent = self._clock.now(), self._spent.setdefault(channel, deque())
        while spent and spent[0] <= now - WINDOW:
            spent.popleft()
        if len(spent) >= SPARE:
            return False
        spent.append(now)
        return True


class LiveMessages:
    """Where live previews are shown: `adapters.chat.sending.screen.Screen` and `Order` for Discord."""

    def __init__(
        self,
        api: DiscordApi,
        *,
        sender: Sender,
        clock: Clock,
        background: Background,
        signs: Signs | None = None,
    ) -> None:
        self._api = api
        self._sender = sender
        self._clock = clock
        self._background = background
        self._budget = Budget(clock)
        self._signs: Signs = Recent() if signs is None else signs

    def begin(self, live: Live) -> Live:
        """Show that somebody writes until there is something to read."""
        until = self._signs.get(live.thread)
        if until is None or until <= self._clock.now():
            self._signs[live.thread] = self._clock.now() + TYPING_LASTS
            self._background.start(lambda: self._type(live.thread))
        return live

    async def write(self, live: Live) -> None:
        """Show what is new of a preview, where decoration has room now.

        Raises:
            RetryLaterError: Discord asks to wait.
            PostRefusedError: It cannot be shown.
            ConnectionError: It may be shown; a first message's id is lost then.
        """
        live.collect()
        try:
            await self._write(live)
        except NoWebhookError:
            # From now on the bot itself shows it; a message that stands under the agent's name stays as it is.
            log.info("discord.preview_without_webhook", channel=live.thread.channel)

    async def finish(self, live: Live) -> str | None:
        """Return the preview's message: nothing is held open for it."""
        return live.message

    def name_of(self, live: Live) -> str | None:
        """Return the name that a message of this preview gets now."""
        return self._draw(live).name

    async def delete(self, thread: ThreadRef, message: str, name: str | None) -> None:
        """Delete a preview's message, which stands under this name."""
        await self._sender.delete(place_of(thread), message, named=name is not None)

    async def read(self, thread: ThreadRef) -> Sighting | None:
        """Return what a thread shows of previews; None: there is no room for reading now."""
        messages = await self._api.history(thread.thread, limit=NEWEST)
        found = [preview_of(message) for message in messages]
        return Sighting(previews=tuple(each for each in found if each is not None))

    def moment(self, message: str) -> Moment:
        """Return a message's id as something that can be compared."""
        return (int(message or 0), 0)

    def begun(self, thread: ThreadRef) -> float:
        """Return when a thread began; direct messages go on for ever."""
        if thread.workspace == DIRECT:
            return 0
        return discord.utils.snowflake_time(int(thread.thread)).timestamp()

    def path(self, path: str) -> str:
        """Return a chat path as marks name it."""
        return path_mark(path)

    def lost(self, error: PostRefusedError) -> bool:
        """Whether a refusal says that a message can never be changed (any more)."""
        return code_of(error) in LOST

    def too_old(self, error: PostRefusedError) -> bool:
        """Whether a refusal says that a message of more than an hour was changed too often."""
        return code_of(error) == TOO_OLD_TO_EDIT

    async def _write(self, live: Live) -> None:
        place = place_of(live.thread)
        # Drawing costs more than looking whether there is room.
        if not live.behind or not self._budget.spare(place.channel):
            return
        part, drawn_from = self._draw(live), live.look
        label = say("discord_waiting" if live.status else "discord_writing", live.language)
        mark = Mark(label=label, custom_id=preview_mark(live.path, live.id))
        if live.message is None:
            live.message = await self._sender.new(place, part, post_nonce(f"live/{live.id}", 0), mark)
            live.drawn_from, live.name = drawn_from, part.name
            return
        live.unsure = True
        try:
            await self._sender.change(place, live.message, part, mark)
        except (RetryLaterError, PostRefusedError, NoWebhookError):
            live.unsure = False
            raise
        live.unsure, live.drawn_from = False, drawn_from

    def _draw(self, live: Live) -> Part:
        bold = self._sender.bold_names(place_of(live.thread)) if live.message is None else live.name is None
        draw, text = (status, live.status) if live.status else (preview, live.tail)
        return draw(live.agent, text, live.language, demo=live.demo, bold_name=bold)

    async def _type(self, thread: ThreadRef) -> None:
        try:
            await self._api.typing(thread.thread)
        except (RetryLaterError, PostRefusedError, ConnectionError) as error:
            log.info("discord.not_typing", error=type(error).__name__, code=code_of(error))
