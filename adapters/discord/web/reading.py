"""Reading a place's messages, each by itself: one that the library cannot parse must not hide the others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

import discord
import structlog

if TYPE_CHECKING:
    # Imported on its own, it imports itself.
    from discord.types.message import Message as Raw

MOST_AT_ONCE = 100
"""Messages of one request, the most there is."""
MOST_PAGES = 10
"""Of archived threads that are looked through in a channel."""

log = structlog.get_logger()

Place = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.Thread
    | discord.DMChannel
    | discord.PartialMessageable
)
"""Where there are messages."""


async def read(
    client: discord.Client, place: Place, *, after: int | None = None, before: int | None = None, limit: int | None
) -> AsyncIterator[tuple[int, discord.Message | None]]:
    """Yield a place's messages with their ids, oldest first with `after`, else newest first.

    Args:
        client: Logged in.
        place: Where they were said.
        after: Only those after this one; then `before` is not heeded.
        before: Only those before this one.
        limit: How many at most; None: all.

    Yields:
        An id and its message; None: the library cannot parse it.

    Raises:
        discord.DiscordException: Discord refuses, or does not answer.
    """
    left = limit
    while left is None or left > 0:
        most = MOST_AT_ONCE if left is None else min(left, MOST_AT_ONCE)
        page = await client.http.logs_from(place.id, most, before=None if after is not None else before, after=after)
        found = sorted(page, key=lambda raw: int(raw["id"]), reverse=after is None)
        for raw in found:
            yield int(raw["id"]), _parsed(client, place, raw)
        if len(found) < most:
            return
        edge = int(found[-1]["id"])
        after, before = (None, edge) if after is None else (edge, None)
        left = None if left is None else left - len(found)


async def archived(client: discord.Client, channel: int, since: int) -> AsyncIterator[tuple[int, int]]:
    """Yield the public threads of a channel that were archived after a position, with their newest messages' ids.

    Discord gives those first that were archived last.

    Raises:
        discord.DiscordException: Discord refuses, or does not answer.
    """
    before = None
    for _ in range(MOST_PAGES):
        page = await client.http.get_public_archived_threads(channel, before, MOST_AT_ONCE)
        for raw in page["threads"]:
            before = raw["thread_metadata"]["archive_timestamp"]
            if discord.utils.time_snowflake(datetime.fromisoformat(before), high=True) < since:
                return
            yield int(raw["id"]), int(raw.get("last_message_id") or raw["id"])
        if not page["has_more"] or before is None:
            return
    log.warning("discord.too_many_archived", channel=channel)


def _parsed(client: discord.Client, place: Place, raw: Raw) -> discord.Message | None:
    try:
        return client._connection.create_message(channel=place, data=raw)
    # Parsed wrongly once, it would be every time.
    except Exception as error:
        log.error("discord.message_not_parsed", message=raw["id"], error=type(error).__name__)
        return None
