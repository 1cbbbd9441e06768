"""`conversations.*` and `reactions.add`: channels, their history, their members."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from tests.slack_server.calls import Call, Method
from tests.slack_server.channels import Channel
from tests.slack_server.entities import Json, Message, SlackError


def _readable(call: Call, kind: str) -> Channel:
    channel = call.workspace.visible(call.text("channel"))
    call.needs(f"{channel.scope}:{kind}")
    return channel


def _page(call: Call, items: Sequence[Any], default: int, most: int) -> tuple[list[Any], str]:
    """Return a page of the items and the cursor of the next one."""
    limit = min(call.number("limit", default), most)
    start, cursor = 0, call.optional("cursor")
    if cursor is not None:
        try:
            start = int(base64.b64decode(cursor).decode().removeprefix("at:"))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    end = start + limit
    following = base64.b64encode(f"at:{end}".encode()).decode() if end < len(items) else ""
    return [*items[start:end]], following


def _between(call: Call, messages: Sequence[Message]) -> list[Message]:
    oldest, latest = float(call.optional("oldest") or 0), float(call.optional("latest") or "inf")
    inclusive = call.flag("inclusive")

    def within(message: Message) -> bool:
        ts = float(message.ts)
        return oldest <= ts <= latest if inclusive else oldest < ts < latest

    return [message for message in messages if within(message)]


def _written(call: Call, channel: Channel, page: list[Message], following: str) -> Json:
    metadata = bool(call.flag("include_all_metadata"))
    return {
        "messages": [channel.with_thread(message, metadata=metadata) for message in page],
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }


async def replies(call: Call) -> Json:
    """Return a thread: its first message, then the replies in order."""
    channel = _readable(call, "history")
    if call.workspace.bot.user.id not in channel.members:
        raise SlackError("not_in_channel")
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise SlackError("thread_not_found")
    root = channel.messages.get(message.root)
    found = _between(call, channel.replies(message.root))
    page, following = _page(call, [root, *found] if root is not None else found, 1000, 1000)
    return _written(call, channel, page, following)


async def history(call: Call) -> Json:
    """Return a channel's messages without its threads' replies, newest first."""
    channel = _readable(call, "history")
    if call.workspace.bot.user.id not in channel.members:
        raise SlackError("not_in_channel")
    top = [one for one in channel.messages.values() if one.thread_ts is None or one.subtype == "thread_broadcast"]
    page, following = _page(call, _between(call, top)[::-1], 100, 999)
    return _written(call, channel, page, following) | {"pin_count": 0}


async def info(call: Call) -> Json:
    """Describe a channel."""
    channel = _readable(call, "read")
    return {"channel": channel.wire()}


async def members(call: Call) -> Json:
    """List a channel's members."""
    channel = _readable(call, "read")
    page, following = _page(call, sorted(channel.members), 100, 1000)
    return {"members": page, "response_metadata": {"next_cursor": following}}


async def open_(call: Call) -> Json:
    """Open the direct messages with somebody."""
    users = call.text("users").split(",")
    if any(user not in call.workspace.people for user in users):
        raise SlackError("user_not_found")
    call.needs("im:write")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    channel = call.workspace.dm(users[0])
    more = channel.wire() if call.flag("return_im") else {}
    return {"no_op": False, "already_open": False, "channel": {"id": channel.id} | more}


async def join(call: Call) -> Json:
    """Let the bot join a public channel."""
    channel = call.workspace.visible(call.text("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    call.workspace.invite_bot(channel)
    return {"channel": channel.wire()}


async def bots_conversations(call: Call) -> Json:
    """List the channels that the bot is in."""
    mine = [one for one in call.workspace.channels.values() if call.workspace.bot.user.id in one.members]
    page, following = _page(call, mine, 100, 999)
    return {"channels": [channel.wire() for channel in page], "response_metadata": {"next_cursor": following}}


async def react(call: Call) -> Json:
    """Add a reaction to a message."""
    channel = call.workspace.writable(call.text("channel"))
    message = channel.messages.get(call.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    users = message.reactions.setdefault(call.text("name"), [])
    bot = call.workspace.bot.user.id
    if bot in users:
        raise SlackError("already_reacted")
    users.append(bot)
    return {}


async def unreact(call: Call) -> Json:
    """Take a reaction away."""
    channel = call.workspace.writable(call.text("channel"))
    message = channel.messages.get(call.text("timestamp"))
    users = message.reactions.get(call.text("name"), []) if message is not None else []
    if message is None or call.workspace.bot.user.id not in users:
        raise SlackError("no_reaction")
    users.remove(call.workspace.bot.user.id)
    if not users:
        del message.reactions[call.text("name")]
    return {}


METHODS = {
    "conversations.replies": Method(replies),
    "conversations.history": Method(history),
    "conversations.info": Method(info),
    "conversations.members": Method(members),
    "conversations.open": Method(open_),
    "conversations.join": Method(join, "channels:join"),
    "users.conversations": Method(bots_conversations),
    "reactions.add": Method(react, "reactions:write"),
    "reactions.remove": Method(unreact, "reactions:write"),
}
