"""Reading a thread page by page, so that what was read stays read when Slack asks to wait in the middle."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.slack.api import SlackApi
from bot.domain import Json
from bot.errors import RetryLaterError

PAGE = 200
"""Messages per page; Slack may return fewer."""
HALF_READ = 100
"""How many threads that are read in part are remembered."""


@dataclass(slots=True)
class _Reading:
    messages: list[Json] = field(default_factory=list)
    cursor: str | None = None


class Reading:
    """Reads threads with the marks of their messages."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._half: dict[tuple[str, str, str], _Reading] = {}

    def has_room(self, workspace: str, channel: str) -> bool:
        """Return whether a thread may be read now for mere tidiness, without getting in the way of what must be."""
        return self._api.limits.spare(workspace, channel, "conversations.replies")

    async def thread(self, workspace: str, channel: str, root: str) -> list[Json]:
        """Return a thread's messages, oldest first.

        Where Slack asks to wait, the next call goes on after the pages that were read: some apps may read one page of
        15 messages per minute, and would never reach the end of a long thread otherwise.

        Raises:
            RetryLaterError: Slack asks to wait.
            ThreadGoneError: There is no such thread, or the bot may not read it.
            ConnectionError: Slack did not answer.
        """
        key = (workspace, channel, root)
        reading = self._half.pop(key, None) or _Reading()
        try:
            while True:
                await self._page(reading, workspace, channel, root)
                if not reading.cursor:
                    return reading.messages
        except RetryLaterError:
            if reading.cursor and len(self._half) < HALF_READ:
                self._half[key] = reading
            raise

    async def _page(self, reading: _Reading, workspace: str, channel: str, root: str) -> None:
        method = "conversations.replies"
        await self._api.limits.turn(workspace, channel, method)
        arguments = {"channel": channel, "ts": root, "limit": PAGE, "include_all_metadata": True}
        answer = await self._api.call(workspace, method, **arguments, cursor=reading.cursor)
        known = {message.get("ts") for message in reading.messages}
        # Every page begins with the thread's root.
        reading.messages += [message for message in answer.get("messages") or () if message.get("ts") not in known]
        reading.cursor = (answer.get("response_metadata") or {}).get("next_cursor") if answer.get("has_more") else None

    async def channel(self, workspace: str, channel: str) -> list[Json]:
        """Return the newest messages of a channel, oldest first: one page, without the replies in threads.

        Raises:
            RetryLaterError: Slack asks to wait.
            ThreadGoneError: The bot may not read it.
            ConnectionError: Slack did not answer.
        """
        await self._api.limits.turn(workspace, channel, "conversations.history")
        answer = await self._api.call(
            workspace, "conversations.history", channel=channel, limit=PAGE, include_all_metadata=True
        )
        return list(reversed(answer.get("messages") or []))
