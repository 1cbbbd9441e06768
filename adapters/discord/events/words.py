"""What people wrote, as a reader sees it: mentions by name, emoji and times in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from adapters.chat.handling.payload import at, objects_at, text_at
from adapters.chat.handling.words import without
from adapters.discord.events.payload import id_at
from bot.domain import Json

_TOKEN = re.compile(
    r"<(?:@!?(?P<person>[0-9]{1,20})|@&(?P<role>[0-9]{1,20})|#(?P<channel>[0-9]{1,20})"
    r"|a?:(?P<emoji>[A-Za-z0-9_~]{1,40}):[0-9]{1,20}"
    r"|/(?P<command>[^<>:\n]{1,100}):[0-9]{1,20}"
    r"|t:(?P<time>-?[0-9]{1,12})(?::[A-Za-z])?)>",
    re.ASCII,
)


def plain(message: Json) -> str:
    """Return a message's content as a reader sees it."""
    people = {id_at(each, "id"): text_at(each, "name") for each in objects_at(message, "mentions")}
    names = {"person": people, "role": _named(message, "roles"), "channel": _named(message, "channels")}
    return _TOKEN.sub(lambda found: _shown(found, names), text_at(message, "content")).strip()


def mentions(content: str, user: str) -> bool:
    """Whether a content mentions a person by id."""
    return any(found["person"] == user for found in _TOKEN.finditer(content))


def without_mention(message: Json, user: str) -> Json:
    """Take the bot's own mention out of a message, also by its own role, with what sets it off at the beginning."""
    own = "|".join([rf"<@!?{re.escape(user)}>", *(rf"<@&{role}>" for role in _own_roles(message, user))])
    return {**message, "content": without(own, text_at(message, "content"))}


def forwarded(message: Json) -> str:
    """Return the messages that a message forwards, quoted: never the person's own words."""
    found = at(message, "forwarded")
    texts = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return "\n\n".join(quote(text) for text in texts if text.strip())


def quote(text: str, author: str = "") -> str:
    """Return a text quoted line by line, with who said it."""
    heading = [f"> {' '.join(author.split())}:"] if author else []
    return "\n".join([*heading, *(f"> {line}".rstrip() for line in text.splitlines())])


def _own_roles(message: Json, user: str) -> list[str]:
    """Return the roles that are the bot's own: Discord makes one for it, under the bot's name."""
    own = {text_at(each, "name") for each in objects_at(message, "mentions") if id_at(each, "id") == user}
    return [role for role, name in _named(message, "roles").items() if name in own]


def _named(message: Json, key: str) -> dict[str, str]:
    found = at(message, key)
    pairs = found.items() if isinstance(found, dict) else ()
    return {each: name for each, name in pairs if isinstance(name, str) and str(each).isascii() and str(each).isdigit()}


def _shown(found: re.Match[str], names: Mapping[str, Mapping[str, str]]) -> str:
    for kind, mark in (("person", "@"), ("role", "@"), ("channel", "#")):
        if found[kind]:
            return mark + (names[kind].get(found[kind]) or found[kind])
    if found["emoji"]:
        return f":{found['emoji']}:"
    if found["command"]:
        return f"/{found['command']}"
    return _moment(int(found["time"]))


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return str(seconds)
