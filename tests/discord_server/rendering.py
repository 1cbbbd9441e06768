"""Discord's text as people read it: names for ids, and the texts of embeds and components."""

from __future__ import annotations

import re

from tests.discord_server import components
from tests.discord_server.entities import NAME_CHANGE, THREAD_CREATED, THREAD_STARTER, Json
from tests.discord_server.messages import Message
from tests.discord_server.world import World

_REFERENCE = re.compile(r"<(@!?|@&|#)(\d+)>")
_TIME = re.compile(r"<t:(\d+)(?::\w)?>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")


def text(message: Message, world: World) -> str:
    """Return what is read of a message, embeds and components included; marks for bold, code and small text stay."""
    parts = [_reply(message, world), _system(message) or markdown(message.content, world)]
    parts += [_embed(one, world) for one in message.embeds]
    parts += [_component(one, world) for one in components.walk(message.components)]
    return "\n".join(part for part in parts if part)


def markdown(content: str, world: World) -> str:
    """Return a text with names instead of ids."""
    content = _REFERENCE.sub(lambda found: _name(found.group(1), int(found.group(2)), world), content)
    content = _COMMAND.sub(r"/\1", _EMOJI.sub(r"\1", content))
    return _TIME.sub("(time)", content)


def _name(mark: str, key: int, world: World) -> str:
    if mark == "#":
        return f"#{world.channels[key].name}" if key in world.channels else "#unknown"
    if mark == "@&":
        roles = {role.id: role.name for guild in world.guilds.values() for role in guild.roles.values()}
        return f"@{roles.get(key, 'unknown-role')}"
    return f"@{world.users[key].shown}" if key in world.users else "@unknown-user"


def _reply(message: Message, world: World) -> str:
    if message.type != 19 or message.reference is None:
        return ""
    original = message.referenced
    if original is None or original.deleted:
        return "(reply to a deleted message)"
    first = (original.content or text(original, world)).splitlines() or [""]
    return f"(reply to {original.author.shown}: {shortened(markdown(first[0], world))})"


def shortened(line: str, most: int = 60) -> str:
    """Return a line of at most so many characters."""
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _system(message: Message) -> str:
    if message.type == NAME_CHANGE:
        return f"(changed the name: {message.content})"
    if message.type == THREAD_CREATED:
        return f"(started a thread: {message.content})"
    if message.type == THREAD_STARTER:
        return "(the message that began this thread)"
    return ""


def _embed(embed: Json, world: World) -> str:
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    lines = [author.get("name"), embed.get("title"), embed.get("description")]
    for one in embed.get("fields", []):
        lines += [f"{one['name']}: {one['value']}"]
    lines += [footer.get("text")]
    kept = [part for line in lines if line for part in markdown(str(line), world).splitlines()]
    return "\n".join(f"| {line}" for line in kept)


def _component(component: Json, world: World) -> str:
    if component["type"] == components.TEXT:
        return markdown(str(component["content"]), world)
    if component["type"] == components.SEPARATOR:
        return "---" if component.get("divider", True) else ""
    if component["type"] == components.FILE:
        return f"[file: {component['file']['url'].removeprefix('attachment://').rsplit('/', 1)[-1]}]"
    if component["type"] == components.GALLERY:
        return " ".join(f"[image: {one.get('description') or ''}]" for one in component.get("items", []))
    return ""
