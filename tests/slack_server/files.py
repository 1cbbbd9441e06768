"""`files.*`: uploading in three steps, and the host from which files are read."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.slack_server import chat
from tests.slack_server.calls import Call, Method
from tests.slack_server.channels import Channel
from tests.slack_server.entities import File, Json, SlackError
from tests.slack_server.workspace import new_file


async def upload_url(call: Call) -> Json:
    """Announce a file and say where its bytes go."""
    name, length = call.text("filename"), call.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments")
    file = new_file(call.workspace, name, None, call.workspace.bot.user.id)
    file.length = length
    call.hub.uploads[file.id] = file
    return {"upload_url": f"{call.hub.url}/upload/v1/{file.id}", "file_id": file.id}


async def complete(call: Call) -> Json:
    """Finish an upload, and show the files in a channel where one is given."""
    found = [_uploaded(call, one) for one in call.args.get("files") or []]
    if not found:
        raise SlackError("invalid_arguments")
    target = call.optional("channel_id") or call.optional("channels")
    if target is not None:
        channel = call.workspace.writable(target)
        fields = _message(call, channel, found)
        if call.hub.file_share_delay:
            call.hub.background.spawn(_later(call, channel, fields))
        else:
            _share(call, channel, fields)
    for file in found:
        call.hub.uploads.pop(file.id, None)
        call.workspace.files[file.id] = file
    return {"files": [file.wire() for file in found]}


def _uploaded(call: Call, given: Json) -> File:
    file = call.hub.uploads.get(str(given.get("id"))) or call.workspace.files.get(str(given.get("id")))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    file.title = str(given.get("title") or file.name)
    return file


def _message(call: Call, channel: Channel, files: list[File]) -> Json:
    root = chat.thread_root(channel, call.optional("thread_ts"))
    text = call.optional("initial_comment") or ""
    blocks = chat.checked_blocks(call, call.args["blocks"]) if call.args.get("blocks") and not text else []
    if any(block["type"] != "rich_text" for block in blocks):
        raise SlackError("invalid_blocks")
    own = chat.author(call)
    return {"text": text, "blocks": blocks, "files": files, "thread_ts": root, "sent": {**call.args}, **own}


async def _later(call: Call, channel: Channel, fields: dict[str, Any]) -> None:
    await asyncio.sleep(call.hub.file_share_delay)
    _share(call, channel, fields)


def _share(call: Call, channel: Channel, fields: dict[str, Any]) -> None:
    message = call.workspace.post(channel, **fields)
    visibility = "public" if channel.kind == "channel" else "private"
    share = {"ts": message.ts} | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
    for file in message.files:
        file.shares.setdefault(visibility, {}).setdefault(channel.id, []).append(share)
    chat.told(call, channel, message)


async def info(call: Call) -> Json:
    """Describe a file."""
    file = call.workspace.files.get(call.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": file.wire(), "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {
    "files.getUploadURLExternal": Method(upload_url, "files:write"),
    "files.completeUploadExternal": Method(complete, "files:write"),
    "files.info": Method(info, "files:read"),
}
