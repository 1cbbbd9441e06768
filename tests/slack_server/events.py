"""What the app is told: event objects and the envelope around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack_server.entities import Json, Message
from tests.slack_server.installation import Installation

if TYPE_CHECKING:
    from tests.slack_server.channels import Channel
    from tests.slack_server.workspace import Workspace

_KINDS = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def subscribed(bot: Installation, event: Json) -> bool:
    """Whether the app's settings and scopes let it have an event."""
    name = str(event["type"])
    if name == "message":
        family = _KINDS[event["channel_type"]]
        return f"{family}:history" in bot.scopes and f"message.{family}" in bot.events
    if name == "app_mention" and "app_mentions:read" not in bot.scopes:
        return False
    return name in bot.events


def posted(channel: Channel, message: Message) -> Json:
    """Return the event of a new message."""
    extra: Json = {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}
    if message.thread_ts in channel.messages:
        extra["parent_user_id"] = channel.messages[str(message.thread_ts)].user
    return message.wire(metadata=True) | extra


def mention(channel: Channel, message: Message, *, event_ts: str | None = None) -> Json:
    """Return the twin event of a message that mentions the app."""
    wire = message.wire(metadata=True)
    wire.pop("subtype", None)
    return wire | {"type": "app_mention", "channel": channel.id, "event_ts": event_ts or message.ts}


def changed(channel: Channel, message: Message, before: Json) -> Json:
    """Return the event of an edited message."""
    now = channel.next_ts()
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": channel.with_thread(message, metadata=True),
        "previous_message": before,
        "channel": channel.id,
        "ts": now,
        "event_ts": now,
        "channel_type": channel.kind,
    }


def deleted(channel: Channel, message: Message, before: Json) -> Json:
    """Return the event of a deleted message."""
    now = channel.next_ts()
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": before,
        "channel": channel.id,
        "ts": now,
        "event_ts": now,
        "channel_type": channel.kind,
    }


def callback(workspace: Workspace, event: Json, event_id: str) -> Json:
    """Return the body that carries an event."""
    bot = workspace.bot
    authorization = {
        "enterprise_id": None,
        "team_id": workspace.id,
        "user_id": bot.user.id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    hub = workspace.hub
    return {
        "token": hub.app.verification_token,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": None,
        "api_app_id": hub.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(hub.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
