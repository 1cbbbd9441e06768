"""What Discord delivers, as JSON that is recorded: everything that is needed to understand it later, and no more.

`events` reads it. The library's models are left here: what is recorded outlives their versions.
"""

from __future__ import annotations

from typing import Any, cast

import discord

from bot.domain import Json

ATTACHMENT = 11
"""Discord's number of the kind of option that is a file."""
NOWHERE: Json = {"guild": "", "channel": "", "parent": "", "kind": "channel", "name": ""}


def place(channel: Any) -> Json:
    """Describe where something is: a channel, a thread (a forum's post is one) or direct messages.

    What the library knows by its id only is taken for a channel: whoever has to know looks it up first.
    """
    if channel is None:
        return dict(NOWHERE)
    guild = getattr(channel, "guild", None)
    found = {
        "guild": str(guild.id if guild is not None else getattr(channel, "guild_id", None) or ""),
        "channel": str(channel.id),
        "parent": "",
        "kind": "channel",
        "name": str(getattr(channel, "name", None) or ""),
    }
    if isinstance(channel, discord.Thread):
        return found | {"kind": "thread", "parent": str(channel.parent_id)}
    if isinstance(channel, (discord.DMChannel, discord.GroupChannel)):
        return found | {"kind": "direct", "guild": "", "name": ""}
    return found


def person(user: discord.abc.User) -> Json:
    """Describe somebody: by id, with the name that is shown where this was said, and a member with their roles there.

    Whoever is described without roles is no member, or Discord did not tell: it tells of members with what they do
    now, and not with what they did before.
    """
    found = {"id": str(user.id), "name": user.display_name, "bot": user.bot}
    if isinstance(user, discord.Member):
        roles = [str(role.id) for role in user.roles if not role.is_default()]
        return found | {"roles": roles, "guest": user.flags.guest}
    return found


def message(found: discord.Message, where: Json | None = None) -> Json:
    """Describe a message; without `where`, it is where the library says."""
    forwarded = found.message_snapshots
    files = [*found.attachments, *(file for snapshot in forwarded for file in snapshot.attachments)]
    own = _own_roles(found)
    mentioned = [{"id": str(user.id), "name": user.display_name} for user in found.mentions]
    return {
        "id": str(found.id),
        "type": found.type.value,
        "content": found.content,
        "at": found.created_at.isoformat(),
        "edited": found.edited_at is not None,
        "author": person(found.author),
        "webhook": str(found.webhook_id or ""),
        "application": str(found.application_id or ""),
        "place": where if where is not None else place(found.channel),
        "mentions": [*mentioned, *(each for each in _by_role(found, own) if each not in mentioned)],
        "groups": found.mention_everyone or any(role not in own for role in found.raw_role_mentions),
        "channels": {str(channel.id): channel.name for channel in found.channel_mentions},
        "roles": {str(role.id): role.name for role in found.role_mentions},
        "reply_to": _reply_to(found),
        "files": [attachment(file) for file in files],
        "forwarded": [snapshot.content for snapshot in forwarded if snapshot.content],
    }


def _own_roles(found: discord.Message) -> set[int]:
    """Return the mentioned roles that are the bot's own: Discord makes one, and offers it beside the bot's name."""
    me = found.guild.me if found.guild is not None else None
    tagged = [role for role in found.role_mentions if role.tags is not None and role.tags.bot_id is not None]
    return {role.id for role in tagged if me is not None and role.tags is not None and role.tags.bot_id == me.id}


def _by_role(found: discord.Message, own: set[int]) -> list[Json]:
    if not own or found.guild is None:
        return []
    me = found.guild.me
    return [{"id": str(me.id), "name": me.display_name}]


def _reply_to(found: discord.Message) -> Json | None:
    reference = found.reference
    if reference is None or reference.message_id is None or found.message_snapshots:
        return None
    known = reference.resolved if isinstance(reference.resolved, discord.Message) else None
    return {
        "id": str(reference.message_id),
        "author": str(known.author.id) if known is not None else "",
        # Agents speak by webhooks, whose messages' authors are neither people nor the bot.
        "by_person": known is not None and not known.author.bot and known.webhook_id is None,
        "buttons": _buttons(known) if known is not None else [],
    }


def _buttons(found: discord.Message) -> list[str]:
    rows = [row for row in found.components if isinstance(row, discord.ActionRow)]
    return [str(custom_id) for row in rows for item in row.children if (custom_id := getattr(item, "custom_id", None))]


def attachment(file: discord.Attachment) -> Json:
    """Describe a file; its address is good for a day."""
    return {
        "id": str(file.id),
        "name": file.filename,
        "media_type": file.content_type or "",
        "size": file.size,
        "url": file.url,
    }


def asked(interaction: discord.Interaction[Any]) -> Json:
    """Describe by whom and where a command, button, menu or form was used."""
    where = place(interaction.channel)
    may = interaction.permissions
    return {
        "id": str(interaction.id),
        "token": interaction.token,
        "user": person(interaction.user),
        "locale": interaction.locale.value,
        "guild": str(interaction.guild_id or ""),
        "channel": where["channel"],
        "parent": where["parent"],
        "installed": is_installed(interaction),
        "manages": may.manage_guild or may.manage_channels or may.administrator,
        "administers": may.manage_guild or may.administrator,
        "reads": interaction.guild_id is None or may.read_message_history or may.administrator,
    }


def is_installed(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot itself is where this was used; False: only the person has installed the app."""
    if interaction.guild_id is not None:
        # A server may have the commands alone; only where the bot is a member can it open threads.
        return interaction.client.get_guild(interaction.guild_id) is not None
    # Older payloads do not tell the context; only the bot's own direct messages were possible then.
    return not interaction.context.private_channel


def command(interaction: discord.Interaction[Any]) -> Json:
    """Describe the use of a slash command."""
    data = _data(interaction)
    options = data.get("options") or []
    files = (data.get("resolved") or {}).get("attachments") or {}
    given = {option["name"]: option.get("value") for option in options if option.get("type") != ATTACHMENT}
    ids = [str(option.get("value")) for option in options if option.get("type") == ATTACHMENT]
    shared = [_raw_file(files[each]) for each in ids if each in files]
    return {
        "kind": "command",
        "interaction": asked(interaction),
        "name": str(data.get("name", "")),
        "options": given | ({"files": shared} if shared else {}),
        **_named(data.get("resolved") or {}),
    }


def _named(resolved: Json) -> Json:
    """Return the names of those who are mentioned in options, as messages have them; what is none is left out."""
    members = resolved.get("members") or {}
    people = [
        {"id": each, "name": _shown_name(user, members.get(each) or {})}
        for each, user in (resolved.get("users") or {}).items()
    ]
    names: Json = {
        kind: {each: str(one.get("name") or each) for each, one in (resolved.get(kind) or {}).items()}
        for kind in ("channels", "roles")
    }
    return {kind: found for kind, found in {"mentions": people, **names}.items() if found}


def _shown_name(user: Json, member: Json) -> str:
    return str(member.get("nick") or user.get("global_name") or user.get("username") or user.get("id") or "")


def message_command(interaction: discord.Interaction[Any]) -> Json:
    """Describe the use of a message command: what is to be opened over the message."""
    data = _data(interaction)
    return {
        "kind": "message_command",
        "interaction": asked(interaction),
        "name": str(data.get("name", "")),
        "message": str(data.get("target_id", "")),
    }


def pressed(interaction: discord.Interaction[Any]) -> Json:
    """Describe the press of a button, or a choice of a menu."""
    data = _data(interaction)
    return {
        "kind": "pressed",
        "interaction": asked(interaction),
        "custom_id": str(data.get("custom_id", "")),
        "values": [str(value) for value in data.get("values") or []],
        "message": str(interaction.message.id) if interaction.message is not None else "",
    }


def submitted(interaction: discord.Interaction[Any]) -> Json:
    """Describe a form that was sent."""
    data = _data(interaction)
    return {
        "kind": "submitted",
        "interaction": asked(interaction),
        "custom_id": str(data.get("custom_id", "")),
        "fields": dict(field for row in data.get("components") or [] for field in _fields(row)),
    }


def focused(interaction: discord.Interaction[Any]) -> str:
    """Return what somebody has typed so far into the option that is to be completed."""
    options = _data(interaction).get("options") or []
    return next((str(option.get("value", "")) for option in options if option.get("focused")), "")


def is_message_command(interaction: discord.Interaction[Any]) -> bool:
    """Whether a command was used on a message, from its menu."""
    return _data(interaction).get("type") == discord.AppCommandType.message.value


def _data(interaction: discord.Interaction[Any]) -> Json:
    return cast(Json, interaction.data or {})


def _fields(row: Json) -> list[tuple[str, str]]:
    # A label holds one component; rows of them are the older form.
    inner = [row["component"]] if row.get("component") else row.get("components") or [row]
    return [(str(each["custom_id"]), _value(each)) for each in inner if each.get("custom_id")]


def _value(component: Json) -> str:
    values = component.get("values")
    return str(values[0]) if values else str(component.get("value") or "")


def _raw_file(file: Json) -> Json:
    return {
        "id": str(file.get("id", "")),
        "name": str(file.get("filename", "")),
        "media_type": str(file.get("content_type") or ""),
        "size": int(file.get("size") or 0),
        "url": str(file.get("url", "")),
    }
