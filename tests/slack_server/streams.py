"""`chat.*Stream`: messages that grow while they are seen, for five minutes."""

from __future__ import annotations

import copy

from tests.slack_server import chat
from tests.slack_server.calls import Call, Method
from tests.slack_server.channels import Channel
from tests.slack_server.entities import Json, Message, SlackError, Stream

LIFE = 300.0
"""Seconds that a stream lives."""


def _markdown(call: Call) -> str:
    """Return the text that a call adds, from `markdown_text` or from chunks of that kind."""
    text = str(call.args.get("markdown_text") or "")
    if text and call.args.get("chunks"):
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    for chunk in call.args.get("chunks") or []:
        if chunk.get("type") == "markdown_text":
            text += str(chunk.get("text", ""))
    if len(text) > 12_000:
        raise SlackError("msg_too_long")
    return text


async def start(call: Call) -> Json:
    """Start a stream in a thread; in a channel it has one recipient."""
    channel = call.workspace.writable(call.text("channel"))
    root = chat.thread_root(channel, call.text("thread_ts"))
    if channel.kind != "im":
        for name in ("recipient_user_id", "recipient_team_id"):
            if not call.args.get(name):
                raise SlackError(f"missing_{name}")
        if call.text("recipient_user_id") not in channel.members:
            raise SlackError("user_not_found")
    text = _markdown(call)
    message = call.workspace.post(
        channel,
        **chat.author(call),
        text=text,
        markdown=text,
        thread_ts=root,
        stream=Stream(
            started=call.hub.clock.now(),
            recipient=call.optional("recipient_user_id"),
            chunks=bool(call.args.get("chunks")),
        ),
        sent=copy.deepcopy(call.args),
    )
    return {"channel": channel.id, "ts": message.ts}


def _live(call: Call) -> tuple[Channel, Message]:
    channel = call.workspace.writable(call.text("channel"))
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != call.workspace.bot.user.id:
        raise SlackError("message_not_owned_by_app")
    if message.stream is not None and call.hub.clock.now() - message.stream.started > LIFE:
        message.stream.live = False
    if message.stream is None or not message.stream.live:
        raise SlackError("message_not_in_streaming_state")
    if call.args.get("chunks" if not message.stream.chunks else "markdown_text"):
        raise SlackError("streaming_mode_mismatch")
    return channel, message


async def append(call: Call) -> Json:
    """Add text to a stream."""
    text = _markdown(call)
    channel, message = _live(call)
    if not text and not call.args.get("chunks"):
        raise SlackError("no_text")
    message.remember()
    message.markdown += text
    message.text = message.markdown
    return {"channel": channel.id, "ts": message.ts}


async def stop(call: Call) -> Json:
    """End a stream, with last text, blocks and metadata."""
    text = _markdown(call)
    channel, message = _live(call)
    blocks = chat.checked_blocks(call, call.args["blocks"]) if call.args.get("blocks") else []
    metadata = chat.metadata(call)
    message.markdown += text
    message.text = message.markdown
    message.blocks, message.metadata = blocks, metadata or None
    if message.stream is not None:
        message.stream.live = False
    session = call.workspace.sessions.get((channel.id, message.root))
    if session is not None:
        session["status"] = call.optional("session_status") or "active"
    chat.told(call, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.wire(metadata=True)}


METHODS = {
    "chat.startStream": Method(start, "chat:write"),
    "chat.appendStream": Method(append, "chat:write"),
    "chat.stopStream": Method(stop, "chat:write"),
}
