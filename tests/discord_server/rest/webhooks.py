"""Webhooks: how agents speak under their own names."""

from __future__ import annotations

import hashlib

from tests.discord_server.entities import FORUM, Channel, User, Webhook
from tests.discord_server.messages import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.rest.calls import Answer, Call, snowflake
from tests.discord_server.rest.errors import ApiError, Form, unauthorized
from tests.discord_server.rest.messages import editable
from tests.discord_server.rest.writing import rewritten, written

MOST = 15
FORBIDDEN = ("clyde", "discord")
"""What no webhook's name may contain, in whatever case."""


def _check_name(field: str, name: str | None) -> None:
    form = Form()
    form.longest((field,), name, 80, 1)
    for word in FORBIDDEN:
        if name is not None and word in name.lower():
            form.wrong((field,), "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    form.judge()


async def create_webhook(call: Call) -> Answer:
    """Add a webhook to a channel, owned by the bot's app."""
    channel = call.channel()
    call.needs(channel, Permission.MANAGE_WEBHOOKS)
    if channel.is_thread:
        raise ApiError(50024)
    form = Form()
    form.required(("name",), call.json.get("name"))
    form.judge()
    _check_name("name", call.json["name"])
    if sum(hook.channel_id == channel.id for hook in call.world.webhooks.values()) >= MOST:
        raise ApiError(30007)
    return call.world.create_webhook(channel, call.user, call.json["name"], call.app).as_json()


async def get_channel_webhooks(call: Call) -> Answer:
    """Give a channel's webhooks; the tokens only of those that the app owns or that people made."""
    channel = call.channel()
    call.needs(channel, Permission.MANAGE_WEBHOOKS)
    return [_told(call, hook) for hook in call.world.webhooks.values() if hook.channel_id == channel.id]


async def get_guild_webhooks(call: Call) -> Answer:
    """Give a guild's webhooks."""
    guild = call.guild()
    if not call.world.guild_permissions(call.user.id, guild) & Permission.MANAGE_WEBHOOKS:
        raise ApiError(50013)
    return [_told(call, hook) for hook in call.world.webhooks.values() if hook.guild_id == guild.id]


def _told(call: Call, hook: Webhook) -> dict[str, object]:
    told = hook.as_json()
    if hook.application_id not in (None, call.app.id):
        del told["token"]
    return told


def _hook(call: Call) -> Webhook:
    """Return the webhook that the path names, by its token or for a bot that may manage it.

    Raises:
        ApiError: 10015, 50027, 401 or 50013.
    """
    hook = call.world.webhooks.get(call.id("webhook"))
    if hook is None:
        raise ApiError(10015)
    if "token" in call.params:
        if call.params["token"] != hook.token:
            raise ApiError(50027)
        return hook
    if call.bot is None:
        raise unauthorized()
    call.needs(call.world.channels[hook.channel_id], Permission.MANAGE_WEBHOOKS)
    return hook


async def get_webhook(call: Call) -> Answer:
    """Give a webhook."""
    return _hook(call).as_json(with_user="token" not in call.params)


async def modify_webhook(call: Call) -> Answer:
    """Change a webhook's name, or its channel."""
    hook = _hook(call)
    if "name" in call.json:
        _check_name("name", call.json["name"])
        hook.name = call.json["name"]
    if "channel_id" in call.json and "token" not in call.params:
        hook.channel_id = call.channel(snowflake(call.json["channel_id"], "channel")).id
    call.world.tell_webhooks(hook.channel_id)
    return hook.as_json(with_user="token" not in call.params)


async def delete_webhook(call: Call) -> Answer:
    """Delete a webhook."""
    call.world.delete_webhook(_hook(call))


async def execute_webhook(call: Call) -> Answer:
    """Post a message under the name that the request gives; only with `wait` it is answered."""
    hook = _hook(call)
    channel = await _place(call, hook)
    name = call.json.get("username")
    _check_name("username", name)
    told = call.json if _with_components(call, hook) else call.json | {"components": []}
    fields = written(call.world, channel, told, call.logged.files)
    if channel.type == FORUM:
        channel = call.world.create_thread(channel, hook.user, call.json["thread_name"])
        fields["id"] = channel.id
    author = User(id=hook.id, name=name or hook.name, bot=True, discriminator="0000", avatar=_avatar(call, hook))
    author.avatar_url = call.json.get("avatar_url")
    message = call.world.post(channel, author, webhook_id=hook.id, application_id=hook.application_id, **fields)
    return message.as_json() if call.query.get("wait", "").lower() in ("true", "1") else None


def _with_components(call: Call, hook: Webhook) -> bool:
    """Whether components count: always for an app's own webhook, for a person's only where the query says so."""
    return hook.application_id is not None or call.query.get("with_components", "").lower() in ("true", "1")


def _avatar(call: Call, hook: Webhook) -> str | None:
    url = call.json.get("avatar_url")
    return hook.avatar if url is None else hashlib.md5(url.encode()).hexdigest()


async def _place(call: Call, hook: Webhook) -> Channel:
    """Return the channel or thread in which a webhook is to post.

    Raises:
        ApiError: 10003: no thread of the webhook's channel; 160005; 220001: a forum without a thread.
    """
    channel = call.world.channels[hook.channel_id]
    if "thread_id" in call.query:
        thread = call.world.channels.get(snowflake(call.query["thread_id"], "thread"))
        if thread is None or thread.parent_id != hook.channel_id:
            raise ApiError(10003)
        if thread.locked:
            raise ApiError(160005)
        return thread
    if channel.type == FORUM and not call.json.get("thread_name"):
        raise ApiError(220001)
    return channel


def _message(call: Call, hook: Webhook) -> tuple[Channel, Message]:
    """Return a message of the webhook; one in a thread is found only with `thread_id`.

    Raises:
        ApiError: 10003 or 10008.
    """
    key = snowflake(call.query["thread_id"], "thread") if "thread_id" in call.query else hook.channel_id
    channel = call.world.channels.get(key)
    if channel is None:
        raise ApiError(10003)
    message = call.message(channel)
    if message.webhook_id != hook.id:
        raise ApiError(10008)
    return channel, message


async def get_webhook_message(call: Call) -> Answer:
    """Give a message that the webhook posted."""
    return _message(call, _hook(call))[1].as_json()


async def edit_webhook_message(call: Call) -> Answer:
    """Change a message that the webhook posted."""
    channel, message = _message(call, _hook(call))
    editable(call, channel, message)
    changes = rewritten(call.world, channel, message, call.json, call.logged.files)
    return call.world.edit(message, **changes).as_json()


async def delete_webhook_message(call: Call) -> Answer:
    """Delete a message that the webhook posted."""
    call.world.delete(_message(call, _hook(call))[1])
