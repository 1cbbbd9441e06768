"""`chat.*`: posting, changing and deleting messages, and what only one person sees."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.slack_server import events
from tests.slack_server.calls import Call, Method
from tests.slack_server.channels import Channel
from tests.slack_server.checks import check_blocks, size
from tests.slack_server.entities import Json, Message, SlackError

ROOM = 13_422
"""What all blocks of a message may take, as measured by others: 13,297 characters in one block, 125 less per block."""
_CUSTOM = ("username", "icon_emoji", "icon_url")


def content(call: Call, *, most: int) -> Json:
    """Return the checked content of a message: what of text, markdown, blocks and attachments was given.

    Raises:
        SlackError: Something of it is too long or wrong.
    """
    args = call.args
    text, markdown = args.get("text"), args.get("markdown_text")
    if markdown and (text or args.get("blocks")):
        raise SlackError("markdown_text_conflict")
    if len(text or "") > most or len(markdown or "") > 12_000:
        raise SlackError("msg_too_long")
    given: Json = {}
    if text is not None:
        given["text"] = str(text)
    if markdown is not None:
        given |= {"markdown": str(markdown), "text": str(markdown)}
    if args.get("blocks") is not None:
        given["blocks"] = checked_blocks(call, args["blocks"])
    if args.get("attachments"):
        given["attachments"] = args["attachments"]
    return given


def checked_blocks(call: Call, blocks: Any, limit: int = 50) -> list[Json]:
    """Return blocks with the ids that Slack adds.

    Raises:
        SlackError: invalid_blocks, with what is wrong and where.
    """
    errors = check_blocks(blocks, limit)
    if errors:
        messages = [f"[ERROR] {error}" for error in errors]
        raise SlackError("invalid_blocks", errors=errors, response_metadata={"messages": messages})
    if size(blocks) > ROOM:
        raise SlackError("msg_blocks_too_long")
    return identified(call, blocks)


def identified(call: Call, blocks: list[Json]) -> list[Json]:
    """Return a copy of blocks in which every block and every element has an id."""
    copied = copy.deepcopy(blocks)
    for block in copied:
        block.setdefault("block_id", call.hub.ids.next("b"))
        elements = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*elements, block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") != "image":
                element.setdefault("action_id", call.hub.ids.next("a"))
    return copied


def metadata(call: Call) -> Json | None:
    """Return the checked metadata; None where none was given.

    Raises:
        SlackError: It has not the right shape, or is too large.
    """
    given = call.args.get("metadata")
    if given is None or given == {}:
        return given
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given)) > 16_000:
        raise SlackError("metadata_too_large")
    return copy.deepcopy(given)


def author(call: Call) -> Json:
    """Return the fields of a message that say who wrote it.

    Raises:
        SlackError: A name or icon was given without the scope for it.
    """
    bot = call.workspace.bot
    own = {"user": bot.user.id, "bot_id": bot.bot_id, "app_id": call.hub.app.id}
    if call.hub.drops_names and "chat:write.customize" not in bot.scopes:
        return own
    if any(call.args.get(name) for name in _CUSTOM):
        call.needs("chat:write.customize")
    icon = call.optional("icon_emoji") or call.optional("icon_url")
    return own | {"username": call.optional("username"), "icon": icon}


def thread_root(channel: Channel, thread_ts: str | None) -> str | None:
    """Return the root of the thread that a reply goes to.

    Raises:
        SlackError: thread_not_found.
    """
    if thread_ts is None:
        return None
    if thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    return channel.messages[thread_ts].root


def told(call: Call, channel: Channel, message: Message) -> None:
    """Tell the app of its own message, as Slack does."""
    if call.hub.echo:
        call.workspace.tell(events.posted(channel, message), channel)


def told_change(call: Call, channel: Channel, message: Message, before: Json) -> None:
    """Tell the app of its own message's change."""
    if call.hub.echo:
        call.workspace.tell(events.changed(channel, message, before), channel)


async def post_message(call: Call) -> Json:
    """Post a message."""
    channel = call.workspace.writable(call.text("channel"))
    given = content(call, most=40_000)
    if not any(given.get(name) for name in ("text", "blocks", "attachments")):
        raise SlackError("no_text")
    root = thread_root(channel, call.optional("thread_ts"))
    message = call.workspace.post(
        channel,
        **given,
        **author(call),
        thread_ts=root,
        subtype="thread_broadcast" if root and call.flag("reply_broadcast") else None,
        metadata=metadata(call) or None,
        unfurl_links=call.flag("unfurl_links"),
        unfurl_media=call.flag("unfurl_media"),
        parse=call.optional("parse"),
        sent=copy.deepcopy(call.args),
    )
    told(call, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.wire(metadata=True)}


def own_message(call: Call, code: str) -> tuple[Channel, Message]:
    """Return the app's own message that a call is about.

    Raises:
        SlackError: There is none, or it is somebody else's.
    """
    channel = call.workspace.visible(call.text("channel"))
    message = channel.messages.get(call.text("ts"))
    if message is None or message.tombstone:
        raise SlackError("message_not_found")
    if message.user != call.workspace.bot.user.id:
        raise SlackError(code)
    return channel, message


async def update(call: Call) -> Json:
    """Change an own message: a text without blocks removes them, everything else that is not given stays."""
    channel, message = own_message(call, "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if message.stream is not None and message.stream.live:
        raise SlackError("streaming_state_conflict")
    given = content(call, most=4_000)
    if not given:
        raise SlackError("no_text")
    new_metadata = metadata(call)
    before = channel.with_thread(message, metadata=True)
    message.remember()
    message.text, message.markdown = given.get("text", message.text), given.get("markdown", "")
    message.blocks = given.get("blocks", [] if given.get("text") else message.blocks)
    message.attachments = given.get("attachments", message.attachments)
    if new_metadata is not None:
        message.metadata = new_metadata or None
    if not message.blocks:
        message.edited = {"user": message.user, "ts": channel.next_ts()}
    told_change(call, channel, message, before)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.wire(metadata=True)}


async def delete(call: Call) -> Json:
    """Delete an own message."""
    channel, message = own_message(call, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(call: Call) -> Json:
    """Show a message to one person only; it is in no history."""
    channel = call.workspace.writable(call.text("channel"))
    user = call.text("user")
    if user not in channel.members or user not in call.workspace.people:
        raise SlackError("user_not_in_channel")
    given = content(call, most=40_000)
    if not given:
        raise SlackError("no_text")
    root = call.optional("thread_ts")
    message = Message(
        team_id=call.workspace.id, channel=channel.id, ts=channel.next_ts(), thread_ts=root, only_for=user,
        sent=copy.deepcopy(call.args), **given, **author(call),
    )  # fmt: skip
    call.workspace.people[user].ephemerals.append(message)
    return {"message_ts": message.ts}


async def permalink(call: Call) -> Json:
    """Return a message's address."""
    channel = call.workspace.visible(call.text("channel"))
    message = channel.messages.get(call.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    address = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts is not None:
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(permalink),
}
