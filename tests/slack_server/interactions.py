"""What the app is told when a person presses, selects, submits or types a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.slack_server.entities import Json, Message, View

if TYPE_CHECKING:
    from tests.slack_server.accounts import Account
    from tests.slack_server.channels import Channel

_NAMES = {"im": "directmessage", "group": "privategroup", "mpim": "privategroup"}


def opening(person: Account, kind: str) -> Json:
    """Return what every interaction carries."""
    workspace, user = person.workspace, person.user
    hub = workspace.hub
    return {
        "type": kind,
        "token": hub.app.verification_token,
        "api_app_id": hub.app.id,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": workspace.id},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": hub.trigger(workspace.id, user.id),
    }


def place(channel: Channel) -> Json:
    """Return how an interaction names a channel."""
    return {"id": channel.id, "name": _NAMES.get(channel.kind, channel.name)}


def action(person: Account, block: Json, element: Json, **chosen: Any) -> Json:
    """Return one action of a block_actions payload."""
    named = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    now = person.workspace.hub.clock.now()
    shown = {name: element[name] for name in ("text", "value", "style", "placeholder") if name in element}
    return named | shown | chosen | {"action_ts": f"{now:.6f}"}


def on_message(person: Account, message: Message, action: Json, values: Json) -> Json:
    """Return the payload of a press on a message."""
    channel = person.workspace.channels[message.channel]
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    container |= {"is_ephemeral": message.only_for is not None}
    container |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
    url = person.workspace.hub.response_url(
        person.workspace.id, message.channel, person.id, message=message.ts, thread=message.thread_ts
    )
    payload = opening(person, "block_actions") | {
        "container": container,
        "channel": place(channel),
        "state": {"values": values},
        "response_url": url,
        "actions": [action],
    }
    return payload if message.only_for else payload | {"message": channel.with_thread(message, metadata=True)}


def on_view(person: Account, view: View, action: Json) -> Json:
    """Return the payload of a press in a modal or the App Home."""
    container = {"type": "view", "view_id": view.id}
    more = {"container": container, "view": view.wire(), "actions": [action]}
    return opening(person, "block_actions") | more


def submission(person: Account, view: View) -> Json:
    """Return the payload of a submitted modal."""
    return opening(person, "view_submission") | {"view": view.wire(), "response_urls": []}


def closed(person: Account, view: View) -> Json:
    """Return the payload of a modal that was closed without submitting."""
    payload = opening(person, "view_closed") | {"view": view.wire(), "is_cleared": False}
    payload.pop("trigger_id")
    return payload


def global_shortcut(person: Account, callback_id: str) -> Json:
    """Return the payload of a shortcut that belongs to no message."""
    now = person.workspace.hub.clock.now()
    return opening(person, "shortcut") | {"callback_id": callback_id, "action_ts": f"{now:.6f}"}


def message_action(person: Account, message: Message, callback_id: str) -> Json:
    """Return the payload of a message shortcut."""
    channel = person.workspace.channels[message.channel]
    url = person.workspace.hub.response_url(
        person.workspace.id, channel.id, person.id, message=message.ts, thread=message.thread_ts
    )
    return opening(person, "message_action") | {
        "callback_id": callback_id,
        "action_ts": f"{person.workspace.hub.clock.now():.6f}",
        "channel": place(channel),
        "message_ts": message.ts,
        "message": channel.with_thread(message, metadata=True),
        "response_url": url,
    }


def command(person: Account, channel: Channel, name: str, text: str) -> Json:
    """Return the fields of a slash command."""
    workspace = person.workspace
    hub = workspace.hub
    return {
        "token": hub.app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": place(channel)["name"],
        "user_id": person.id,
        "user_name": person.user.handle,
        "command": name,
        "text": text,
        "api_app_id": hub.app.id,
        "is_enterprise_install": "false",
        "response_url": hub.response_url(workspace.id, channel.id, person.id),
        "trigger_id": hub.trigger(workspace.id, person.id),
    }
