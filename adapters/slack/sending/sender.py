"""Single messages: a new one, a changed one, a deleted one. One new message at a time goes to a channel."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from adapters.chat.sending.attempts import NotSentError
from adapters.slack.rendering.render import Part
from adapters.slack.sending.uploads import Place
from adapters.slack.web.api import SlackApi
from adapters.slack.web.refusals import SlackRefusedError, code_of
from bot.domain import Json
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock

NAMES_ASKED_AGAIN = timedelta(hours=1)
"""How long agents speak under bold names where the app may not use theirs; the scope may be granted meanwhile."""
NAMES = "chat:write.customize"
"""The scope to speak under agents' names. Without it Slack may refuse a message, or drop the name without a word."""
STREAM_ENDS = 2.0
"""Seconds until a message that is still streaming is tried again."""

TOO_OLD = "edit_window_closed"
"""The code for a message that stands there for longer than its workspace lets messages be changed."""
LOST = frozenset({"message_not_found", "cant_update_message", TOO_OLD, "block_mismatch"})
"""Codes for a message that can never be changed (any more): what it was to show is shown anew."""


class NamesRefusedError(NotSentError):
    """The app may not speak under agents' names here; nothing was shown, and what is rendered anew will be."""


class Sender:
    """Sends messages of ours, each call at most once."""

    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._lanes: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._bold_until: dict[str, datetime] = {}

    def bold_names(self, workspace: str) -> bool:
        """Return whether agents' names must stand in the text here, because the app may not speak under them."""
        until = self._bold_until.get(workspace)
        return self._api.lacks(workspace, NAMES) if until is None else self._clock.now() < until

    def refuses_names(self, workspace: str, error: SlackRefusedError, part: Part) -> bool:
        """Return whether a message was refused for the agent's name on it; from then on names stand in the text."""
        if part.username is None or error.code != "missing_scope" or "customize" not in (error.needed or "customize"):
            return False
        self._expect_bold(workspace)
        return True

    def _expect_bold(self, workspace: str) -> None:
        self._bold_until[workspace] = self._clock.now() + NAMES_ASKED_AGAIN

    async def new(self, place: Place, part: Part, mark: Json, *, waits: bool = True) -> str:
        """Show a message and return its `ts`; `waits`: when it is its turn.

        Where Slack drops the agent's name on it, it is shown all the same, and `bold_names` says so from then on.

        Raises:
            NamesRefusedError: It was not shown: render it with bold names.
            RetryLaterError: It was surely not shown.
            PostRefusedError: It never will be; ThreadGoneError: nor will anything else there.
            ConnectionError: It may have been shown.
        """
        if waits:
            await self._api.limits.turn(place.workspace, place.channel, "chat.postMessage")
        async with self._lane(place):
            try:
                answer = await self._api.call(place.workspace, "chat.postMessage", **message(place, part, mark))
            except SlackRefusedError as error:
                if self.refuses_names(place.workspace, error, part):
                    raise NamesRefusedError from error
                raise
        if part.username is not None and _nameless(answer):
            self._expect_bold(place.workspace)
        return str(answer["ts"])

    async def change(self, place: Place, ts: str, part: Part, mark: Json, *, waits: bool = True) -> None:
        """Replace what a message of ours shows, `waits`: when it is its turn; harmless when repeated.

        Raises:
            RetryLaterError: It was surely not changed.
            SlackRefusedError: It cannot be; with a code of `LOST` it never can.
            ThreadGoneError: Nothing can be shown there any more.
            ConnectionError: It may have been changed.
        """
        arguments = {"channel": place.channel, "ts": ts, **changed(part, mark)}
        if waits:
            await self._api.limits.turn(place.workspace, place.channel, "chat.update")
        try:
            await self._api.call(place.workspace, "chat.update", **arguments)
        except RetryLaterError as error:
            if code_of(error) != "streaming_state_conflict":
                raise
            await self.stop_stream(place, ts)
            raise RetryLaterError("The message is still being streamed.", retry_after=STREAM_ENDS) from error

    async def stop_stream(self, place: Place, ts: str) -> None:
        """End the stream of a message, so that it can be changed; harmless when it has ended.

        Raises:
            RetryLaterError: Not now.
            ConnectionError: It may have ended.
        """
        with suppress(PostRefusedError):
            await self._api.call(place.workspace, "chat.stopStream", channel=place.channel, ts=ts)

    async def delete(self, place: Place, ts: str) -> None:
        """Delete a message of ours; harmless when it is gone.

        Raises:
            RetryLaterError: Not now.
            ConnectionError: It may have been deleted.
        """
        await self._api.limits.turn(place.workspace, place.channel, "chat.delete")
        try:
            await self._api.call(place.workspace, "chat.delete", channel=place.channel, ts=ts)
        except PostRefusedError as error:
            if code_of(error) not in LOST | {"cant_delete_message", "compliance_exports_prevent_deletion"}:
                raise

    def _lane(self, place: Place) -> asyncio.Lock:
        key = (place.workspace, place.channel)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = asyncio.Lock()
        return lane


def _nameless(answer: Json) -> bool:
    """Whether an answer shows the message, and no name of its own on it."""
    shown = answer.get("message")
    return isinstance(shown, dict) and bool(shown) and not shown.get("username")


def message(place: Place, part: Part, mark: Json) -> dict[str, Any]:
    """Return the arguments of a new message."""
    return {"channel": place.channel, "thread_ts": place.thread, **part.arguments(), "metadata": mark}


def changed(part: Part, mark: Json) -> dict[str, Any]:
    """Return the arguments that make an older message this one; under whose name it stands can't be changed."""
    given = part.arguments()
    kept = {name: given[name] for name in ("text", "blocks", "parse", "link_names")}
    return {**kept, "metadata": mark}
