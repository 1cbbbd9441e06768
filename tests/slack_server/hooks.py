"""Response URLs: how an app answers a command or a press."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from tests.slack_server.entities import Json, Message, SlackError
from tests.slack_server.hub import Hub, ResponseUrl

if TYPE_CHECKING:
    from tests.slack_server.workspace import Workspace

USES, LIFE = 5, 1800.0


def respond(hub: Hub, key: str, body: Json) -> None:
    """Do what an answer to a response URL says.

    Raises:
        SlackError: The address is unknown, used up or too old, or the answer is empty.
    """
    url = hub.response_urls.get(key)
    if url is None:
        raise SlackError("no_such_hook")
    if hub.clock.now() - url.born > LIFE:
        raise SlackError("expired_url")
    if url.uses >= USES:
        raise SlackError("used_url")
    url.uses += 1
    show(hub, url, body)


def show(hub: Hub, url: ResponseUrl, body: Json) -> None:
    """Show an answer: instead of the message that was pressed, to one person, or to the channel."""
    workspace = hub.teams[url.team_id]
    if body.get("delete_original") or body.get("replace_original"):
        _replace(workspace, url, body)
        return
    if not (body.get("text") or body.get("blocks")):
        raise SlackError("no_text")
    channel = workspace.channels[url.channel]
    fields = _fields(workspace, body)
    if body.get("response_type") == "in_channel":
        workspace.post(channel, **fields, thread_ts=body.get("thread_ts"))
        return
    message = Message(
        team_id=workspace.id,
        channel=channel.id,
        ts=channel.next_ts(),
        thread_ts=body.get("thread_ts") or url.thread,
        only_for=url.user,
        **fields,
    )
    workspace.people[url.user].ephemerals.append(message)


def _fields(workspace: Workspace, body: Json) -> Json:
    bot = workspace.bot
    blocks = copy.deepcopy(body.get("blocks") or [])
    for block in blocks:
        block.setdefault("block_id", workspace.hub.ids.next("b"))
    own = {"user": bot.user.id, "bot_id": bot.bot_id, "app_id": workspace.hub.app.id}
    return own | {"text": str(body.get("text") or ""), "blocks": blocks, "sent": body}


def _replace(workspace: Workspace, url: ResponseUrl, body: Json) -> None:
    ephemerals = workspace.people[url.user].ephemerals
    messages = [*ephemerals, *workspace.channels[url.channel].messages.values()]
    message = next((one for one in messages if one.ts == url.message), None)
    if message is None:
        raise SlackError("message_not_found")
    if body.get("delete_original"):
        if message in ephemerals:
            ephemerals.remove(message)
        else:
            workspace.delete(message)
        return
    message.remember()
    fields = _fields(workspace, body)
    message.text, message.blocks = fields["text"], fields["blocks"]
