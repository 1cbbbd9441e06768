"""One live preview on Slack: posted and edited in a channel, streamed in direct messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from adapters.chat.content.names import shown_name
from adapters.chat.sending.live import KEPT, Live
from adapters.slack.rendering.render import Part, preview, status, streamed
from adapters.slack.sending.marks import preview_mark
from adapters.slack.sending.sender import NamesRefusedError, Sender
from adapters.slack.sending.uploads import Place
from adapters.slack.web.api import SlackApi
from adapters.slack.web.refusals import SlackRefusedError
from bot.domain import ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

log = structlog.get_logger()

STREAM_LASTS = timedelta(minutes=4)
"""How long a message is streamed: Slack ends a stream at about five minutes; from then on the message is edited."""
STREAM_PIECE = 10_000
"""Most characters that one call adds to a stream."""


@dataclass(slots=True, kw_only=True, eq=False)
class SlackLive(Live):
    """A live preview, and how far its stream has come where it is one."""

    place: Place
    streaming_until: datetime | None = None
    """Until when the message is a stream; None: it is edited."""
    unsent: str = ""
    """What the stream lacks."""
    wrong: bool = False
    """Whether the stream shows words that were taken back: it can only be added to, so it has to be edited."""

    @property
    def behind(self) -> bool:
        """Whether the message lacks something that was said."""
        if self.streaming_until is not None:
            return bool(self.unsent) or self.wrong
        return self.look != self.drawn_from

    def take_in(self) -> None:
        """Take in what was said since the last time."""
        taken = self.collect()
        if taken.anew:
            self.unsent, self.wrong = "", self.streaming_until is not None
        self.unsent = (self.unsent + taken.said)[-KEPT:]


class Shown:
    """Writes live previews."""

    def __init__(self, api: SlackApi, *, sender: Sender, clock: Clock) -> None:
        self._api = api
        self._sender = sender
        self._clock = clock
        self._no_streams: set[str] = set()
        self.opening: dict[ThreadRef, int] = {}
        """Threads in which a preview is being posted whose `ts` is not known yet."""

    async def write(self, live: SlackLive) -> None:
        """Show what is new of a preview, where decoration has room now.

        Raises:
            RetryLaterError: Slack asks to wait.
            PostRefusedError: It cannot be shown.
            ConnectionError: It may be shown; a first message's `ts` is lost then.
        """
        live.take_in()
        if live.message is None:
            await self._open(live)
        elif live.streaming_until is not None:
            await self._append(live)
        else:
            await self._edit(live)

    async def finish(self, live: SlackLive) -> str | None:
        """End the preview's stream, where it is one, and return its message."""
        if live.message is not None and live.streaming_until is not None:
            await self._stop(live)
        return live.message

    async def _open(self, live: SlackLive) -> None:
        self.opening[live.thread] = self.opening.get(live.thread, 0) + 1
        try:
            # What is waited for changes, so it is no stream, nor is what takes its place.
            if live.status or not await self._streams(live):
                await self._post(live)
        finally:
            self.opening[live.thread] -= 1
            if not self.opening[live.thread]:
                del self.opening[live.thread]

    async def _post(self, live: SlackLive) -> None:
        if not self._spare(live, "chat.postMessage"):
            return
        part, drawn_from = self._draw(live), live.look
        try:
            live.message = await self._sender.new(live.place, part, preview_mark(live.path, live.id), waits=False)
            live.drawn_from, live.name = drawn_from, part.username
        except NamesRefusedError:
            log.info("slack.names_refused", workspace=live.place.workspace)

    async def _streams(self, live: SlackLive) -> bool:
        """Open a stream where there are any; True also where there is no room for one now."""
        workspace = live.place.workspace
        if not live.place.channel.startswith("D") or workspace in self._no_streams:
            return False
        if not self._spare(live, "chat.startStream"):
            return False
        part = self._draw(live)
        said, rest = live.unsent[:STREAM_PIECE], live.unsent[STREAM_PIECE:]
        name = "" if part.username is not None else f"**{shown_name(live.agent)}**\n"
        where = {"channel": live.place.channel, "thread_ts": live.place.thread, "markdown_text": name + streamed(said)}
        try:
            answer = await self._api.call(
                workspace, "chat.startStream", **where, username=part.username, icon_emoji=part.icon
            )
        except SlackRefusedError as error:
            if self._sender.refuses_names(workspace, error, part):
                return True
            log.info("slack.no_streams", workspace=workspace, code=error.code)
            self._no_streams.add(workspace)
            return False
        live.message, live.unsent, live.name = str(answer["ts"]), rest, part.username
        live.streaming_until = self._clock.now() + STREAM_LASTS
        return True

    async def _append(self, live: SlackLive) -> None:
        if live.wrong or (live.streaming_until is not None and self._clock.now() >= live.streaming_until):
            await self._stop(live)
            await self._edit(live)
            return
        if not live.unsent or not self._spare(live, "chat.appendStream"):
            return
        piece, live.unsent = live.unsent[:STREAM_PIECE], live.unsent[STREAM_PIECE:]
        where = {"channel": live.place.channel, "ts": live.message, "markdown_text": streamed(piece)}
        try:
            await self._api.call(live.place.workspace, "chat.appendStream", **where)
        except RetryLaterError:
            live.unsent = piece + live.unsent
            raise
        except (SlackRefusedError, ConnectionError):
            # It was ended, or nobody knows what it shows: from here on it is edited, each time the whole of it.
            await self._stop(live)

    async def _edit(self, live: SlackLive) -> None:
        live.unsent = ""
        # Drawing costs more than looking whether there is room.
        if not live.behind or live.message is None or not self._spare(live, "chat.update"):
            return
        part, drawn_from = self._draw(live), live.look
        live.unsure = True
        try:
            await self._sender.change(live.place, live.message, part, preview_mark(live.path, live.id), waits=False)
        except (RetryLaterError, PostRefusedError):
            live.unsure = False
            raise
        live.unsure, live.drawn_from = False, drawn_from

    async def _stop(self, live: SlackLive) -> None:
        live.streaming_until, live.wrong = None, False
        try:
            await self._sender.stop_stream(live.place, str(live.message))
        except (RetryLaterError, PostRefusedError, ConnectionError) as error:
            # Whoever changes the message next meets the stream, and ends it.
            log.info("slack.stream_not_ended", error=type(error).__name__)

    def name_of(self, live: SlackLive) -> str | None:
        """Return the name that a message of this preview gets now."""
        return self._draw(live).username

    def _draw(self, live: SlackLive) -> Part:
        bold = self._sender.bold_names(live.place.workspace)
        draw, text = (status, live.status) if live.status else (preview, live.tail)
        return draw(live.agent, text, live.language, demo=live.demo, bold_name=bold)

    def _spare(self, live: SlackLive, method: str) -> bool:
        return self._api.limits.spare(live.place.workspace, live.place.channel, method)
