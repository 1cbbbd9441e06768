"""The status that Slack shows of a thread while agents work in it, and the mark on a message that is kept.

Both are decoration: they are set beside everything else, the newest wins, and nothing depends on them.
"""

from __future__ import annotations

from enum import StrEnum

import structlog

from adapters.chat.background import Background
from adapters.chat.recent import Recent
from adapters.slack.web.api import SlackApi
from adapters.slack.web.refusals import SlackRefusedError, code_of
from bot.domain import Event, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

log = structlog.get_logger()

SEEN = "eyes"
"""Slack's name of the reaction on a message that is kept."""
LONGEST_PAUSE = 30.0
TRIES = 3
_NO_AGENT = frozenset({"not_authorized", "unknown_method", "missing_scope", "not_allowed_token_type"})
"""Codes that say that the app is not declared as an agent: it is not asked again."""


class SessionStatus(StrEnum):
    """What Slack shows of an agent's session in a thread."""

    PROCESSING = "processing"
    """The team works; Slack shows its own stop button."""
    SUSPENDED = "suspended"
    """It waits for a person."""
    ACTIVE = "active"
    """It has ended; the conversation may go on."""


class Sessions:
    """Tells Slack how it stands with threads. Silent where the app is not declared as an agent."""

    def __init__(self, api: SlackApi, *, clock: Clock, background: Background) -> None:
        self._api = api
        self._clock = clock
        self._background = background
        self._wanted: dict[ThreadRef, SessionStatus] = {}
        """What is still to be told, the newest per thread."""
        self._told: Recent[ThreadRef, SessionStatus] = Recent()
        self._silent: set[str] = set()

    def set(self, thread: ThreadRef, status: SessionStatus) -> None:
        """Have the status shown soon. Never blocks, never raises; a repetition costs nothing."""
        if thread.workspace in self._silent or self._wanted.get(thread, self._told.get(thread)) == status:
            return
        begun = thread in self._wanted
        self._wanted[thread] = status
        if not begun and not self._background.start(lambda: self._tell(thread)):
            del self._wanted[thread]

    async def _tell(self, thread: ThreadRef) -> None:
        try:
            for _ in range(TRIES):
                status = self._wanted[thread]
                pause = await self._try(thread, status)
                if pause is None and self._wanted[thread] == status:
                    return
                await self._clock.sleep(pause or 0)
        finally:
            del self._wanted[thread]

    async def _try(self, thread: ThreadRef, status: SessionStatus) -> float | None:
        """Tell it once and return how long to wait before another try; None: there is nothing more to do."""
        arguments = {"channel_id": thread.channel, "thread_ts": thread.thread, "status": status.value}
        try:
            await self._api.call(thread.workspace, "agents.sessions.setStatus", **arguments)
            self._told[thread] = status
        except SlackRefusedError as error:
            if error.code in _NO_AGENT:
                self._silent.add(thread.workspace)
            log.info("slack.no_session", workspace=thread.workspace, code=error.code)
        except RetryLaterError as error:
            return min(LONGEST_PAUSE, error.retry_after or 1.0)
        except (PostRefusedError, ConnectionError) as error:
            log.info("slack.session_not_told", error=type(error).__name__)
        return None


class Reactions:
    """Marks messages as seen."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept; a mark that cannot be set is no reason to fail anything."""
        if event.message is None:
            return
        where = {"channel": event.thread.channel, "timestamp": event.message}
        try:
            await self._api.limits.turn(event.thread.workspace, event.thread.channel, "reactions.add")
            await self._api.call(event.thread.workspace, "reactions.add", **where, name=SEEN)
        except (PostRefusedError, RetryLaterError, ConnectionError) as error:
            if code_of(error) != "already_reacted":
                log.info("slack.not_marked", error=type(error).__name__, code=code_of(error))
