"""Registered commands as a person's client offers them: found by name, filled in, refused where Discord refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.discord_server.entities import App, Attachment, Channel, Json, User
from tests.discord_server.permissions import Permission
from tests.discord_server.world import World

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
TYPES: dict[int, type | tuple[type, ...]] = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}
RESOLVED = {USER: "users", CHANNEL: "channels", ROLE: "roles", ATTACHMENT: "attachments"}

MENTION = re.compile(r"<(@&|@|#)(\d+)>")


class NotOfferedError(AssertionError):
    """A person's Discord does not offer this: no such command, option, button or choice, or not here."""


def find(world: World, app: App, user: User, channel: Channel, name: str, kind: int = SLASH) -> Json:
    """Return the registered command that somebody is offered in a channel.

    Raises:
        NotOfferedError: They are not offered any of this name.
    """
    root = name.split(" ", maxsplit=1)[0] if kind == SLASH else name
    own = app.commands.get(channel.guild_id, []) if channel.guild_id is not None else []
    offered = [*own, *app.commands.get(None, [])]
    named = [one for one in offered if one["name"] == root and int(one.get("type", SLASH)) == kind]
    if not named:
        there = ", ".join(repr(one["name"]) for one in offered) or "none"
        raise NotOfferedError(f"no command {root!r} of type {kind} is registered; there are: {there}")
    refusal = _refusal(world, app, user, channel, named[0])
    if refusal is not None:
        raise NotOfferedError(f"{user.shown} is not offered {root!r} here: {refusal}")
    return named[0]


def _refusal(world: World, app: App, user: User, channel: Channel, command: Json) -> str | None:
    installed = is_installed(world, app, channel)
    context = context_of(app, channel)
    contexts = command.get("contexts")
    types = command.get("integration_types") or [0]
    if contexts is not None and context not in contexts:
        return f"its contexts are {contexts}, this is {context}"
    if context == 1 and contexts is None and command.get("dm_permission") is False:
        return "it is not for direct messages"
    if not (0 in types and installed) and 1 not in types:
        return "it cannot be used by those who only installed it for themselves"
    needed = command.get("default_member_permissions")
    own = world.permissions(user.id, channel)
    if channel.guild_id is not None and needed is not None and (int(needed) & own) != int(needed):
        return f"it needs the permissions {needed}"
    if channel.guild_id is not None and not own & Permission.USE_APPLICATION_COMMANDS:
        return "they may not use commands in this channel"
    return None


def is_installed(world: World, app: App, channel: Channel) -> bool:
    """Whether the app is installed where a channel is, rather than by a person for themselves."""
    if channel.guild_id is None:
        return app.id in {one.id for one in channel.recipients}
    return app.id in world.guilds[channel.guild_id].members


def context_of(app: App, channel: Channel) -> int:
    """Return where an interaction happens: 0 a guild, 1 direct messages with the bot, 2 those of people."""
    if channel.guild_id is not None:
        return 0
    return 1 if app.id in {one.id for one in channel.recipients} else 2


def filled(
    world: World, command: Json, path: str, channel: Channel, given: Mapping[str, Any], *, focused: str | None = None
) -> Json:
    """Return an interaction's data: the command with what somebody filled in.

    Args:
        world: For users, channels and files.
        command: The registered command.
        path: Its name; with the subcommand's, where it has any: `team list`.
        channel: Where.
        given: Values by option; a file is a pair of name and bytes.
        focused: The option that is being typed, for its suggestions; nothing else has to be filled in, then.
    """
    options, wrap = command.get("options", []), []
    for part in path.split(" ")[1:]:
        found = [one for one in options if one["name"] == part and one["type"] in (SUBCOMMAND, GROUP)]
        if not found:
            raise NotOfferedError(f"{path!r}: there is no subcommand {part!r}")
        wrap.append(found[0])
        options = found[0].get("options", [])
    known = {one["name"]: one for one in options}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise NotOfferedError(f"{path!r} has no option {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    missing = [name for name, one in known.items() if one.get("required") and name not in given]
    if missing and focused is None:
        raise NotOfferedError(f"{path!r} needs {', '.join(missing)}")
    resolved: Json = {}
    values = [_value(world, channel, known[name], given[name], resolved, focused) for name in known if name in given]
    for outer in reversed(wrap):
        values = [{"name": outer["name"], "type": outer["type"], "options": values}]
    data: Json = {"id": str(command["id"]), "name": command["name"], "type": SLASH, "options": values}
    data |= {"guild_id": command["guild_id"]} if command.get("guild_id") else {}
    return data | ({"resolved": resolved} if resolved else {})


def _value(world: World, channel: Channel, option: Json, value: Any, resolved: Json, focused: str | None) -> Json:
    kind, name = option["type"], option["name"]
    shown: Json = {"name": name, "type": kind, "value": value}
    if name == focused:
        return shown | {"focused": True}
    if kind in RESOLVED:
        entity = _entity(world, channel, value)
        resolved.setdefault(RESOLVED[kind], {})[str(entity.id)] = _resolved(world, channel, entity)
        if kind == USER and channel.guild_id is not None and value.id in world.guilds[channel.guild_id].members:
            member = world.guilds[channel.guild_id].members[value.id].as_json(with_user=False)
            resolved.setdefault("members", {})[str(value.id)] = member | {
                "permissions": str(int(world.permissions(value.id, channel)))
            }
        return shown | {"value": str(entity.id)}
    _check(option, value)
    if kind == STRING:
        _resolve_mentions(world, channel, value, resolved)
    return shown


def _resolve_mentions(world: World, channel: Channel, text: str, resolved: Json) -> None:
    """Tell of those who are mentioned in a text, as of those who are chosen."""
    guild = world.guilds.get(channel.guild_id or 0)
    if guild is None:
        return
    for sign, key in MENTION.findall(text):
        places: dict[str, tuple[int, Mapping[int, Any]]] = {
            "@": (USER, world.users), "@&": (ROLE, guild.roles), "#": (CHANNEL, world.channels)
        }  # fmt: skip
        kind, known = places[sign]
        if int(key) in known:
            _value(world, channel, {"type": kind, "name": ""}, known[int(key)], resolved, None)


def _entity(world: World, channel: Channel, value: Any) -> Any:
    if isinstance(value, tuple):
        return world.attachment(channel, value[0], value[1])
    return value


def _resolved(world: World, channel: Channel, entity: Any) -> Json:
    if isinstance(entity, Attachment):
        return entity.as_json() | {"ephemeral": True}
    if isinstance(entity, Channel):
        return entity.as_json() | {"permissions": str(int(world.permissions(world.app.id, entity)))}
    shown: Json = entity.as_json()
    return shown


def _check(option: Json, value: Any) -> None:
    name, kind = option["name"], option["type"]
    if not isinstance(value, TYPES[kind]):
        raise NotOfferedError(f"{name!r} takes {TYPES[kind]}, not {value!r}")
    choices = [one["value"] for one in option.get("choices", [])]
    if choices and value not in choices:
        raise NotOfferedError(f"{name!r} offers {choices}, not {value!r}")
    length = isinstance(value, str)
    size: Any = len(str(value)) if length else value
    low = option.get("min_length" if length else "min_value")
    high = option.get("max_length", 6000) if length else option.get("max_value")
    if (low is not None and size < low) or (high is not None and size > high):
        raise NotOfferedError(f"{name!r} takes {low} to {high}, not {size}")
