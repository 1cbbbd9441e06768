"""Messages: sent, edited, deleted, read; reactions and typing."""

from __future__ import annotations

from urllib.parse import unquote

from tests.discord_server.entities import DM, FORUM, REPLY, SUPPRESS_EMBEDS, Channel, Json
from tests.discord_server.messages import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.rest.calls import Answer, Call, snowflake
from tests.discord_server.rest.errors import ApiError, Form
from tests.discord_server.rest.writing import rewritten, written

USER_TYPES = (0, 19, 20, 23)
"""Message types that people and apps write; the others are Discord's own."""

WRITTEN = {"content", "embeds", "components", "attachments"}
"""What only its author may change in a message; a moderator may hide previews."""


async def create_message(call: Call) -> Answer:
    """Send a message; with `enforce_nonce` a repetition gets the message that there is."""
    channel = call.channel()
    sendable(call, channel, files=bool(call.logged.files))
    nonce = call.json.get("nonce")
    earlier = call.world.nonces.get((channel.id, call.user.id, str(nonce)))
    if earlier is not None and call.json.get("enforce_nonce") and nonce is not None:
        message, moment = earlier
        if call.world.clock.now() - moment < call.world.nonce_seconds:
            return message.as_json(call.user.id) | {"nonce": nonce}
    if call.json.get("embeds") and channel.type != DM:
        call.needs(channel, Permission.EMBED_LINKS)
    replied = _replied(call, channel)
    fields = written(call.world, channel, call.json, call.logged.files, replied)
    if replied is not None:
        reference = {"channel_id": str(channel.id), "message_id": str(replied.id)}
        reference |= {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
        fields |= {"type": REPLY, "reference": reference, "referenced": replied}
    if fields["mention_everyone"]:
        fields["mention_everyone"] = call.allowed(channel, Permission.MENTION_EVERYONE)
    message = call.world.post(channel, call.user, nonce=nonce, application_id=None, **fields)
    if nonce is not None:
        call.world.nonces[channel.id, call.user.id, str(nonce)] = (message, call.world.clock.now())
    return message.as_json(call.user.id) | ({} if nonce is None else {"nonce": nonce})


def sendable(call: Call, channel: Channel, *, files: bool = False) -> None:
    """Refuse where the bot may not write.

    Raises:
        ApiError: It may not, the thread is locked, the person takes no direct messages, or it is a forum.
    """
    if channel.type == FORUM:
        raise ApiError(50008)
    if channel.type == DM:
        if not all(one.accepts_dms for one in channel.recipients):
            raise ApiError(50007)
        return
    call.needs(channel, Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES)
    if channel.locked and not call.allowed(channel, Permission.MANAGE_THREADS):
        raise ApiError(160005)
    if files:
        call.needs(channel, Permission.ATTACH_FILES)


def _replied(call: Call, channel: Channel) -> Message | None:
    """Return the message that is answered.

    Raises:
        ApiError: There is none, and the request insists on it; or its history may not be read.
    """
    reference = call.json.get("message_reference")
    if not reference or reference.get("type"):
        return None
    message = call.world.messages[channel.id].get(snowflake(reference.get("message_id"), "message"))
    if message is None or message.ephemeral_for is not None:
        if reference.get("fail_if_not_exists", True):
            form = Form()
            form.wrong(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            form.judge()
        return None
    if channel.type != DM and not call.allowed(channel, Permission.READ_MESSAGE_HISTORY):
        form = Form()
        message_text = "Cannot reply without permission to read message history"
        form.wrong(("message_reference",), "REPLIES_CANNOT_REPLY_WITHOUT_READ_HISTORY", message_text)
        form.judge()
    return message


async def edit_message(call: Call) -> Answer:
    """Change a message of the bot's own."""
    channel = call.channel()
    message = call.message(channel)
    suppressing = not call.json.keys() & WRITTEN and call.allowed(channel, Permission.MANAGE_MESSAGES)
    if message.author is not call.user and not suppressing:
        raise ApiError(50005)
    editable(call, channel, message)
    if message.author is not call.user:
        wanted = int(call.json.get("flags") or 0) & SUPPRESS_EMBEDS
        return call.world.edit(message, flags=(message.flags & ~SUPPRESS_EMBEDS) | wanted).as_json(call.user.id)
    changes = rewritten(call.world, channel, message, call.json, call.logged.files)
    return call.world.edit(message, **changes).as_json(call.user.id)


def editable(call: Call, channel: Channel, message: Message) -> None:
    """Refuse an edit in an archived thread, and one too many of an old message.

    Raises:
        ApiError: 50083 or 30046.
    """
    if channel.archived:
        raise ApiError(50083)
    old = call.world.clock.now() - message.created > 3600
    if old and call.limits.scale > 0 and call.limits.take(call.limits.old_edits, channel.id).refused:
        raise ApiError(30046)


async def delete_message(call: Call) -> Answer:
    """Delete a message."""
    channel = call.channel()
    message = call.message(channel)
    if message.author is not call.user:
        call.needs(channel, Permission.MANAGE_MESSAGES)
    if channel.archived:
        raise ApiError(50083)
    call.world.delete(message)


async def get_message(call: Call) -> Answer:
    """Give one message."""
    channel = call.channel()
    call.needs(channel, Permission.READ_MESSAGE_HISTORY)
    return call.message(channel).as_json(call.user.id)


async def get_messages(call: Call) -> Answer:
    """Give a part of the history, newest first; nothing to whom it is closed."""
    channel = call.channel()
    if not call.allowed(channel, Permission.READ_MESSAGE_HISTORY):
        return []
    found = sorted(call.world.shown(channel), key=lambda one: one.id)
    return [one.as_json(call.user.id) for one in reversed(_part(call, found))]


def _part(call: Call, found: list[Message]) -> list[Message]:
    most = limit(call, 50, 100)
    if "around" in call.query:
        middle = snowflake(call.query["around"], "around")
        before = [one for one in found if one.id < middle][-(most // 2) :]
        return (before + [one for one in found if one.id >= middle][: most - most // 2])[:most]
    if "before" in call.query:
        edge = snowflake(call.query["before"], "before")
        return [one for one in found if one.id < edge][-most:]
    if "after" in call.query:
        edge = snowflake(call.query["after"], "after")
        return [one for one in found if one.id > edge][:most]
    return found[-most:]


def limit(call: Call, usual: int, most: int) -> int:
    """Return the query's `limit`.

    Raises:
        ApiError: 50035: it is out of range.
    """
    value = call.query.get("limit", str(usual))
    form = Form()
    if not value.isdecimal() or not 1 <= int(value) <= most:
        form.wrong(("limit",), "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
    form.judge()
    return int(value)


def _emoji(call: Call) -> str:
    """Return the emoji that the path names.

    Raises:
        ApiError: 10014: plain letters are none.
    """
    emoji = unquote(call.params["emoji"])
    if emoji.isascii() and ":" not in emoji:
        raise ApiError(10014, status=400)
    return emoji


async def add_reaction(call: Call) -> Answer:
    """Add the bot's reaction."""
    channel = call.channel()
    call.needs(channel, Permission.READ_MESSAGE_HISTORY)
    message, emoji = call.message(channel), _emoji(call)
    if emoji not in message.reactions:
        call.needs(channel, Permission.ADD_REACTIONS)
    if ":" in emoji:
        call.needs(channel, Permission.USE_EXTERNAL_EMOJIS)
    if channel.archived:
        raise ApiError(50083)
    call.world.react(message, call.user, emoji)


async def remove_own_reaction(call: Call) -> Answer:
    """Take the bot's reaction away."""
    channel = call.channel()
    if channel.archived:
        raise ApiError(50083)
    call.world.unreact(call.message(channel), call.user, _emoji(call))


async def remove_reaction(call: Call) -> Answer:
    """Take somebody's reaction away."""
    channel = call.channel()
    call.needs(channel, Permission.MANAGE_MESSAGES)
    user = call.world.users.get(call.id("user"))
    if user is None:
        raise ApiError(10013)
    call.world.unreact(call.message(channel), user, _emoji(call))


async def get_reactions(call: Call) -> Answer:
    """Tell who reacted with an emoji."""
    who = call.message(call.channel()).reactions.get(_emoji(call), [])
    after = int(call.query.get("after", 0))
    found = sorted(one for one in who if one > after)[: limit(call, 25, 100)]
    return [call.world.users[one].as_json() for one in found]


async def trigger_typing(call: Call) -> Answer:
    """Show that the bot is typing."""
    channel = call.channel()
    sendable(call, channel)
    call.world.types(channel, call.user)


async def create_dm(call: Call) -> Answer:
    """Open the direct messages with somebody."""
    user = call.world.users.get(snowflake(call.json.get("recipient_id"), "recipient"))
    if user is None:
        raise ApiError(10013)
    if user.bot:
        raise ApiError(50007)
    channel = call.world.dm(user, call.app)
    others: list[Json] = [one.as_json() for one in channel.recipients if one is not call.user]
    return channel.as_json() | {"recipients": others}
