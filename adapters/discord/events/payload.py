"""Discord's ids in JSON that may be anything: what is not well-formed is empty. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling.payload import at, objects_at, text_at, texts_at
from adapters.discord.ids import ADAPTER, DIRECT
from bot.domain import Json, ThreadRef

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""From which the ids count milliseconds."""
_ID = re.compile(r"[0-9]{1,20}", re.ASCII)


def id_at(value: Any, *path: str) -> str:
    """Return the id at a path where it is well-formed: it becomes a part of an address."""
    found = text_at(value, *path)
    return found if _ID.fullmatch(found) else ""


def said_at(snowflake: str) -> datetime:
    """Return when a message or an interaction was made: its id tells."""
    return DISCORD_EPOCH + timedelta(milliseconds=min(int(snowflake), 2**63) >> 22)


def thread_ref(place: Json, message: str) -> ThreadRef | None:
    """Return the thread of a message in a place: in a channel, the one that is made of it; None: that is unknown.

    Args:
        place: As deliveries describe it.
        message: The message's id.
    """
    guild, channel, parent = id_at(place, "guild"), id_at(place, "channel"), id_at(place, "parent")
    kind = text_at(place, "kind")
    if kind == "direct" and channel:
        return ThreadRef(adapter=ADAPTER, workspace=DIRECT, channel=channel, thread=channel)
    if kind == "thread" and guild and channel and parent:
        return ThreadRef(adapter=ADAPTER, workspace=guild, channel=parent, thread=channel)
    if kind == "channel" and guild and channel and message:
        return ThreadRef(adapter=ADAPTER, workspace=guild, channel=channel, thread=message)
    return None


def standing(person: Json, guild: str) -> dict[str, Any]:
    """Return what a person is in a server, as fields of `Person`; nothing in direct messages, which belong to none.

    Of whom no roles are told is external until Discord is asked; a program is no person.
    """
    if not guild or at(person, "bot") is True:
        return {}
    return {
        "groups": texts_at(person, "roles"),
        "guest": at(person, "guest") is True,
        "external": not isinstance(at(person, "roles"), list),
    }


def shared_files(value: Any, *path: str) -> tuple[SharedFile, ...]:
    """Return the files of the list at a path; one without an id is nothing that could be fetched or named."""
    return tuple(_file(each) for each in objects_at(value, *path) if id_at(each, "id"))


def _file(file: Json) -> SharedFile:
    size = at(file, "size")
    return SharedFile(
        id=id_at(file, "id"),
        name=text_at(file, "name") or id_at(file, "id"),
        media_type=text_at(file, "media_type"),
        size=size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0,
        url=text_at(file, "url"),
    )
