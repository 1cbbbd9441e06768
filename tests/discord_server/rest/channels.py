"""Channels and threads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.discord_server.entities import DM, FORUM, PRIVATE_THREAD, TEXT, Channel, Json
from tests.discord_server.permissions import Permission
from tests.discord_server.rest.calls import Answer, Call
from tests.discord_server.rest.errors import ApiError, Form
from tests.discord_server.rest.messages import USER_TYPES, limit
from tests.discord_server.rest.writing import written
from tests.discord_server.snowflakes import iso

DURATIONS = (60, 1440, 4320, 10080)
OF_THREADS = {
    "name": "name",
    "archived": "archived",
    "locked": "locked",
    "auto_archive_duration": "auto_archive_duration",
    "rate_limit_per_user": "slowmode",
    "applied_tags": "applied_tags",
}
"""A thread's fields that can be changed, and what they are called in the world."""
OF_CHANNELS = {"name": "name", "topic": "topic", "position": "position", "rate_limit_per_user": "slowmode"}


async def get_channel(call: Call) -> Answer:
    """Give a channel or thread."""
    return _shown(call, call.channel())


def _shown(call: Call, channel: Channel) -> Json:
    told = channel.as_json(call.user.id)
    if channel.type == DM:
        told["recipients"] = [one.as_json() for one in channel.recipients if one is not call.user]
    return told


async def modify_channel(call: Call) -> Answer:
    """Change a channel or thread."""
    channel = call.channel()
    form = Form()
    if "name" in call.json:
        form.longest(("name",), call.json["name"], 100, 1)
    form.longest(("topic",), call.json.get("topic"), 1024)
    form.judge()
    if channel.is_thread:
        _may_change_thread(call, channel)
    else:
        call.needs(channel, Permission.MANAGE_CHANNELS)
    _may_rename(call, channel)
    names = OF_THREADS if channel.is_thread else OF_CHANNELS
    changes: dict[str, Any] = {inner: call.json[name] for name, inner in names.items() if name in call.json}
    return _shown(call, call.world.change(channel, call.user, **changes))


def _may_change_thread(call: Call, thread: Channel) -> None:
    """Refuse what only moderators may, and any change of a thread that stays archived.

    Raises:
        ApiError: 50013 or 50083.
    """
    moderator = call.allowed(thread, Permission.MANAGE_THREADS)
    reopening = call.json.get("archived") is False
    if thread.archived and not reopening:
        raise ApiError(50083)
    if moderator:
        return
    if "locked" in call.json or "slowmode" in call.json or (thread.locked and reopening):
        raise ApiError(50013)
    only_reopening = reopening and call.json.keys() == {"archived"}
    if thread.owner_id != call.user.id and not (
        only_reopening and call.allowed(thread, Permission.SEND_MESSAGES_IN_THREADS)
    ):
        raise ApiError(50013)


def _may_rename(call: Call, channel: Channel) -> None:
    """Refuse the third new name within ten minutes.

    Raises:
        ApiError: 429.
    """
    if call.json.get("name", channel.name) == channel.name or call.limits.scale <= 0:
        return
    verdict = call.limits.take(call.limits.renames, channel.id)
    if verdict.refused:
        call.limits.refused["modify_channel"] += 1
        raise ApiError(20028, retry_after=verdict.reset_after)


async def delete_channel(call: Call) -> Answer:
    """Delete a channel or thread."""
    channel = call.channel()
    if channel.type == DM:
        return _shown(call, channel)
    call.needs(channel, Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS)
    call.world.delete_channel(channel)
    return channel.as_json()


def _check_thread(call: Call) -> None:
    form = Form()
    form.required(("name",), call.json.get("name"))
    form.longest(("name",), call.json.get("name"), 100, 1)
    if call.json.get("auto_archive_duration") not in (None, *DURATIONS):
        message = f"Value must be one of {{{', '.join(map(str, DURATIONS))}}}."
        form.wrong(("auto_archive_duration",), "BASE_TYPE_CHOICES", message)
    form.judge()


async def create_thread_from_message(call: Call) -> Answer:
    """Begin a thread from a message; the thread has the message's id."""
    channel = call.channel()
    message = call.message(channel)
    if channel.type == DM or channel.is_thread or channel.type == FORUM:
        raise ApiError(50024)
    call.needs(channel, Permission.CREATE_PUBLIC_THREADS, Permission.READ_MESSAGE_HISTORY)
    _check_thread(call)
    if message.id in call.world.channels:
        raise ApiError(160004)
    if message.type not in USER_TYPES:
        raise ApiError(50068)
    thread = call.world.create_thread(
        channel,
        call.user,
        call.json["name"],
        message=message,
        type_=10 if channel.type == 5 else 11,
        duration=_duration(call),
    )
    return thread.as_json(call.user.id)


def _duration(call: Call) -> int:
    return int(call.json.get("auto_archive_duration") or 1440)


async def create_thread(call: Call) -> Answer:
    """Begin a thread without a message, or a forum's post."""
    channel = call.channel()
    if channel.type == FORUM:
        return await _post_in_forum(call, channel)
    if channel.type == DM or channel.is_thread:
        raise ApiError(50024)
    _check_thread(call)
    kind = int(call.json.get("type") or PRIVATE_THREAD)
    private = kind == PRIVATE_THREAD
    call.needs(channel, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
    thread = call.world.create_thread(channel, call.user, call.json["name"], type_=kind, duration=_duration(call))
    return thread.as_json(call.user.id)


async def _post_in_forum(call: Call, forum: Channel) -> Answer:
    call.needs(forum, Permission.SEND_MESSAGES)
    _check_thread(call)
    told = call.json.get("message")
    form = Form()
    form.required(("message",), told)
    form.judge()
    assert isinstance(told, dict)
    fields = written(call.world, forum, told, call.logged.files)
    thread = call.world.create_thread(forum, call.user, call.json["name"], duration=_duration(call))
    for file in fields["attachments"]:
        file.channel_id = thread.id
    message = call.world.post(thread, call.user, id=thread.id, **fields)
    return thread.as_json(call.user.id) | {"message": message.as_json(call.user.id)}


async def join_thread(call: Call) -> Answer:
    """Let the bot join a thread."""
    thread = _thread(call)
    call.world.join_thread(thread, call.user)


async def leave_thread(call: Call) -> Answer:
    """Let the bot leave a thread."""
    call.world.leave_thread(_thread(call), call.user)


async def add_thread_member(call: Call) -> Answer:
    """Let the bot add somebody to a thread."""
    thread, user = _thread(call), call.world.users.get(call.id("user"))
    if user is None:
        raise ApiError(10013)
    call.needs(thread, Permission.SEND_MESSAGES_IN_THREADS)
    call.world.join_thread(thread, user)


def _thread(call: Call) -> Channel:
    thread = call.channel()
    if not thread.is_thread:
        raise ApiError(50024)
    if thread.archived:
        raise ApiError(50083)
    return thread


async def get_thread_members(call: Call) -> Answer:
    """Tell who joined a thread."""
    thread = call.channel()
    return [thread.membership(one) for one in thread.thread_members]


async def get_thread_member(call: Call) -> Answer:
    """Tell of one who joined a thread."""
    thread = call.channel()
    user = call.user.id if call.params["user"] == "@me" else call.id("user")
    if user not in thread.thread_members:
        raise ApiError(10007)
    return thread.membership(user)


async def get_active_threads(call: Call) -> Answer:
    """Give a guild's threads that are not archived, as far as the bot sees them."""
    found = [one for one in call.guild().channels.values() if one.is_thread and not one.archived]
    return _listed(call, [one for one in found if call.allowed(one, Permission.VIEW_CHANNEL)])


async def get_archived_threads(call: Call) -> Answer:
    """Give a channel's public archived threads, the last archived first."""
    channel = call.channel()
    call.needs(channel, Permission.READ_MESSAGE_HISTORY)
    most = limit(call, 50, 100)
    all_ = [one for one in call.world.channels.values() if one.parent_id == channel.id and one.is_thread]
    found = [one for one in all_ if one.archived and one.type != PRIVATE_THREAD]
    if "before" in call.query:
        # As exact as moments are told: a thread is not before its own moment.
        edge = iso(datetime.fromisoformat(call.query["before"]).timestamp())
        found = [one for one in found if iso(one.archive_changed) < edge]
    found.sort(key=lambda one: one.archive_changed, reverse=True)
    return _listed(call, found[:most]) | {"has_more": len(found) > most}


def _listed(call: Call, threads: list[Channel]) -> Json:
    me = call.user.id
    own = [one.membership(me) for one in threads if me in one.thread_members]
    return {"threads": [one.as_json(me) for one in threads], "members": own}


async def create_channel(call: Call) -> Answer:
    """Add a channel to a guild."""
    guild = call.guild()
    if not call.world.guild_permissions(call.user.id, guild) & Permission.MANAGE_CHANNELS:
        raise ApiError(50013)
    form = Form()
    form.required(("name",), call.json.get("name"))
    form.longest(("name",), call.json.get("name"), 100, 1)
    form.judge()
    return call.world.channel(guild, call.json["name"], int(call.json.get("type") or TEXT)).as_json()
