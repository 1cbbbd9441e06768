"""How a request's JSON becomes a message: shared by messages, webhooks and interactions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.discord_server.entities import COMPONENTS_V2, SUPPRESS_EMBEDS, Attachment, Channel, Json, User
from tests.discord_server.messages import Message
from tests.discord_server.rest.calls import Upload
from tests.discord_server.rest.checks import check_emptiness, check_message
from tests.discord_server.rest.errors import Form
from tests.discord_server.snowflakes import mentioned
from tests.discord_server.world import World

SETTABLE = SUPPRESS_EMBEDS | (1 << 12) | (1 << 13) | COMPONENTS_V2
"""The flags that an app can set on a new message: the others are Discord's own."""


def written(
    world: World, channel: Channel, told: Json, files: Mapping[int, Upload], replied: Message | None = None
) -> dict[str, Any]:
    """Return the fields of a new message, checked, as World.post wants them.

    Args:
        world: Where the files and users are.
        channel: Where the message will be.
        told: The message as the request has it.
        files: What was uploaded with it.
        replied: The message that it answers.

    Raises:
        ApiError: Discord would not take it.
    """
    check_message(told, files)
    check_emptiness(told.get("content"), told.get("embeds"), told.get("components"), files, told.get("poll"))
    attachments = attached(world, channel, told, files, [])
    fields = {
        "content": (told.get("content") or "").strip(),
        "embeds": linked(_embeds(told), attachments),
        "components": linked(told.get("components") or [], attachments),
        "flags": int(told.get("flags") or 0) & SETTABLE,
        "attachments": attachments,
    }
    return fields | pinged(world, channel, told, replied)


def rewritten(
    world: World, channel: Channel, message: Message, told: Json, files: Mapping[int, Upload]
) -> dict[str, Any]:
    """Return the fields that an edit changes, as World.edit wants them.

    Raises:
        ApiError: Discord would not take it.
    """
    flags = int(told.get("flags") or 0) if told.get("flags") is not None else message.flags
    checked = told | {"flags": flags | (message.flags & COMPONENTS_V2)}
    check_message(checked, files, nonce=False)
    changes: dict[str, Any] = {}
    if "content" in told:
        changes |= {"content": (told["content"] or "").strip()} | pinged(world, channel, told, None)
    if told.get("flags") is not None:
        changes["flags"] = (message.flags & ~SUPPRESS_EMBEDS) | (flags & (SUPPRESS_EMBEDS | COMPONENTS_V2))
    if "attachments" in told or files:
        changes["attachments"] = attached(world, channel, told, files, message.attachments)
    attachments = changes.get("attachments", message.attachments)
    if "embeds" in told:
        changes["embeds"] = linked(_embeds(told), attachments)
    if "components" in told:
        changes["components"] = linked(told["components"] or [], attachments)
    left = {name: changes.get(name, getattr(message, name)) for name in ("embeds", "components", "attachments")}
    check_emptiness(changes.get("content", message.content), *left.values())
    return changes


def linked(value: Any, attachments: list[Attachment]) -> Any:
    """Return a copy of JSON in which `attachment://name` is the attachment's address."""
    if isinstance(value, dict):
        return {name: linked(inner, attachments) for name, inner in value.items()}
    if isinstance(value, list):
        return [linked(inner, attachments) for inner in value]
    if isinstance(value, str) and value.startswith("attachment://"):
        wanted = safe_name(value.removeprefix("attachment://"))
        return next((one.url for one in attachments if one.filename == wanted), value)
    return value


def _embeds(told: Json) -> list[Json]:
    return [{"type": "rich"} | embed for embed in told.get("embeds") or []]


def attached(
    world: World, channel: Channel, told: Json, files: Mapping[int, Upload], before: list[Attachment]
) -> list[Attachment]:
    """Return a message's attachments: those of before that the request names, and the new files.

    Raises:
        ApiError: 50035: it names one that there is not.
    """
    descriptions = {str(one.get("id")): one.get("description") for one in told.get("attachments") or []}
    wanted = told.get("attachments")
    kept = [one for one in before if wanted is None or str(one.id) in descriptions]
    known = {str(one.id) for one in kept} | {str(number) for number in files}
    form = Form()
    for at, one in enumerate(wanted or []):
        if str(one.get("id")) not in known:
            form.wrong(
                ("attachments", at, "id"), "ATTACHMENT_NOT_FOUND", f"Attachment data for {one.get('id')} not found"
            )
    form.judge()
    for number, file in sorted(files.items()):
        more = {"description": descriptions.get(str(number)), "content_type": file.content_type}
        kept.append(world.attachment(channel, safe_name(file.filename), file.content, **more))
    return kept


def safe_name(name: str) -> str:
    """Return a file's name as Discord keeps it."""
    return re.sub(r"[^\w.-]+", "_", name) or "unknown"


def pinged(world: World, channel: Channel, told: Json, replied: Message | None) -> dict[str, Any]:
    """Return whom a message notifies, by its content and its `allowed_mentions`."""
    content = told.get("content") or ""
    allowed = told.get("allowed_mentions")
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    users = _users(world, content, None if "users" in parse else _ids(allowed, "users"))
    if replied is not None and (allowed is None or allowed.get("replied_user", False)) and replied.author not in users:
        users.append(replied.author)
    roles = [int(one) for one in re.findall(r"<@&(\d+)>", content)]
    loud = "everyone" in parse and re.search(r"@(everyone|here)\b", content) is not None
    named = None if "roles" in parse else _ids(allowed, "roles")
    return {
        "mentions": users,
        "mention_roles": [role for role in roles if named is None or role in named],
        "mention_everyone": loud and channel.guild_id is not None,
    }


def _ids(allowed: Json | None, name: str) -> set[int]:
    return {int(one) for one in (allowed or {}).get(name) or []}


def _users(world: World, content: str, named: set[int] | None) -> list[User]:
    found = [one for one in mentioned(content) if one in world.users]
    return [world.users[one] for one in found if named is None or one in named]
