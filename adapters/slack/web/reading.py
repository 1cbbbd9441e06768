"""Reading threads and channels page by page, so that what was read stays read when Slack asks to wait in the middle.

Some apps may read one page of 15 messages per minute, and would never reach the end of a long thread otherwise.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.chat.handling.payload import objects_at, text_at
from adapters.chat.recent import Recent
from adapters.slack.web.api import SlackApi
from adapters.slack.web.refusals import code_of
from bot.domain import Json
from bot.errors import PostRefusedError, RetryLaterError

PAGE = 200
"""Messages per page; Slack may return fewer."""
HALF_READ = 100
"""How many readings that had to wait are remembered."""
HOLDS = timedelta(hours=1)
"""How long what was read of a thread holds; a reading that waited for longer begins anew."""

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class _Reading:
    begun: datetime
    messages: deque[Json] = field(default_factory=deque)
    """A thread's replies, oldest first."""
    root: list[Json] = field(default_factory=list)
    cursor: str = ""
    """Where the next page begins; empty at the beginning and at the end."""

    def add(self, page: list[Json], root: str) -> None:
        # Every page may begin with the thread's root.
        self.root = self.root or [message for message in page if text_at(message, "ts") == root]
        self.messages.extend(message for message in page if text_at(message, "ts") != root)

    @property
    def whole(self) -> list[Json]:
        return [*self.root, *self.messages]


class Reading:
    """Reads messages with their marks."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._half: Recent[tuple[str, ...], _Reading] = Recent(HALF_READ)

    def has_room(self, workspace: str, channel: str) -> bool:
        """Return whether a thread may be read now for mere tidiness, without getting in the way of what must be."""
        return self._api.limits.spare(workspace, channel, "conversations.replies")

    async def thread(
        self,
        workspace: str,
        channel: str,
        root: str,
        *,
        after: str | None = None,
        newest: int | None = None,
        patience: timedelta | None = None,
    ) -> list[Json]:
        """Return a thread's messages, oldest first; where Slack asks to wait, the next call goes on.

        Args:
            workspace: Where the channel is.
            channel: Where the thread is.
            root: The `ts` of its first message.
            after: Return the first message and those after the one with this `ts`; None: all.
            newest: Of a longer thread return its first message and so many of its last ones; None: all of them.
            patience: Where Slack still asks to wait so long after the first call, return what was read; None: never.

        Raises:
            RetryLaterError: Slack asks to wait.
            ThreadGoneError: There is no such thread, or the bot may not read it.
            ConnectionError: Slack did not answer.
        """
        key = ("conversations.replies", workspace, channel, root, after or "", str(newest))
        where = {"channel": channel, "ts": root, "oldest": after}
        with self._half_read(key, newest) as reading:
            while True:
                try:
                    reading.add(await self._page(reading, workspace, key[0], **where), root)
                except RetryLaterError:
                    if patience is None or not reading.cursor or self._now() < reading.begun + patience:
                        raise
                    log.warning("slack.thread_read_in_part", conversation=f"{channel}:{root}", read=len(reading.whole))
                    self._half[key] = reading
                    return reading.whole
                if not reading.cursor:
                    return reading.whole

    async def search(
        self, workspace: str, channel: str, name: str, *, oldest: datetime, wanted: Callable[[Json], bool]
    ) -> Json | None:
        """Return a channel's newest wanted message since a moment; replies in threads are not looked at.

        Where Slack asks to wait, the next search of this name goes on.

        Raises:
            RetryLaterError: Slack asks to wait.
            ThreadGoneError: The bot may not read there.
            ConnectionError: Slack did not answer.
        """
        key = ("conversations.history", workspace, channel, name)
        since = f"{oldest.timestamp():.6f}"
        with self._half_read(key) as reading:
            while True:
                page = await self._page(reading, workspace, key[0], channel=channel, oldest=since)
                found = next(filter(wanted, page), None)
                if found is not None or not reading.cursor:
                    return found

    async def channel(self, workspace: str, channel: str) -> list[Json]:
        """Return the newest messages of a channel, oldest first: one page, without the replies in threads.

        Raises:
            RetryLaterError: Slack asks to wait.
            ThreadGoneError: The bot may not read it.
            ConnectionError: Slack did not answer.
        """
        page = await self._page(_Reading(begun=self._now()), workspace, "conversations.history", channel=channel)
        return page[::-1]

    async def _page(self, reading: _Reading, workspace: str, method: str, **where: Any) -> list[Json]:
        """Return the next page and move the cursor behind it."""
        await self._api.limits.turn(workspace, where["channel"], method)
        cursor = reading.cursor or None
        answer = await self._api.call(workspace, method, **where, limit=PAGE, include_all_metadata=True, cursor=cursor)
        reading.cursor = text_at(answer, "response_metadata", "next_cursor")
        return objects_at(answer, "messages")

    @contextmanager
    def _half_read(self, key: tuple[str, ...], newest: int | None = None) -> Iterator[_Reading]:
        """Go on with a reading, or begin one; while it is under way nobody else has it."""
        reading = self._half.pop(key, None)
        if reading is None or self._now() > reading.begun + HOLDS:
            reading = _Reading(begun=self._now(), messages=deque(maxlen=newest))
        try:
            yield reading
        except (RetryLaterError, ConnectionError):
            if reading.cursor:
                self._half[key] = reading
            raise
        except PostRefusedError as error:
            if code_of(error) != "invalid_cursor":
                raise
            raise RetryLaterError("Slack has forgotten how far was read: begin anew.", retry_after=1.0) from error

    def _now(self) -> datetime:
        return self._api.limits.clock.now()
