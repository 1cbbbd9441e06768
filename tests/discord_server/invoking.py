"""Interactions as the gateway tells of them: commands, suggestions, presses, choices and filled-in modals."""

from __future__ import annotations

import secrets

from tests.discord_server.commands import context_of, is_installed
from tests.discord_server.entities import DM, App, Channel, Json, User
from tests.discord_server.messages import Interaction, Message
from tests.discord_server.permissions import Permission
from tests.discord_server.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
ALWAYS = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE
"""What an app may do by an interaction's token where it is not installed."""
TOKEN = "aW50ZXJhY3Rpb246"
"""How every interaction token begins: `interaction:` in base64."""
FILES = 10 * 1024 * 1024


def invoke(
    world: World, app: App, user: User, channel: Channel, kind: int, data: Json, *, message: Message | None = None
) -> Interaction:
    """Begin an interaction, and tell the app of it: no one else, and whether or not it listens."""
    interaction = Interaction(
        id=world.ids.next(),
        token=TOKEN + secrets.token_urlsafe(96),
        type=kind,
        application_id=app.id,
        user_id=user.id,
        channel_id=channel.id,
        guild_id=channel.guild_id,
        born=world.clock.now(),
        data=data,
        message=message,
    )
    world.interactions[interaction.token] = interaction
    told = payload(world, app, interaction)
    world.hub.dispatch("INTERACTION_CREATE", told, channel.guild_id, channel.id, {app.id})
    return interaction


def payload(world: World, app: App, interaction: Interaction) -> Json:
    """Return the interaction object."""
    channel, user = world.channels[interaction.channel_id], world.users[interaction.user_id]
    shown: Json = {
        "id": str(interaction.id),
        "application_id": str(app.id),
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": _channel(world, channel, user),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": FILES,
        "app_permissions": str(int(_app_permissions(world, app, channel))),
        "authorizing_integration_owners": owners(world, app, channel, user),
        "context": context_of(app, channel),
    }
    if interaction.message is not None:
        shown["message"] = interaction.message.as_json(app.id)
    return shown | _who(world, channel, user)


def _who(world: World, channel: Channel, user: User) -> Json:
    if channel.guild_id is None:
        return {"user": user.as_json()}
    guild = world.guilds[channel.guild_id]
    member = guild.members[user.id].as_json() | {"permissions": str(int(world.permissions(user.id, channel)))}
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": member,
    }


def _channel(world: World, channel: Channel, user: User) -> Json:
    shown = channel.as_json(user.id)
    if channel.type == DM:
        del shown["recipients"]
        return shown
    return shown | {"permissions": str(int(world.permissions(user.id, channel)))}


def _app_permissions(world: World, app: App, channel: Channel) -> Permission:
    if is_installed(world, app, channel):
        return world.permissions(app.id, channel) | (ALWAYS if channel.guild_id is None else Permission(0))
    return ALWAYS


def owners(world: World, app: App, channel: Channel, user: User) -> Json:
    """Return for which installation an interaction is: the guild's, or the person's own."""
    if not is_installed(world, app, channel):
        return {"1": str(user.id)}
    return {"0": str(channel.guild_id or 0)}
