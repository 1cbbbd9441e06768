"""Deliveries as `connecting` describes them, made by hand."""

from __future__ import annotations

from typing import Any

from adapters.discord.events import Me
from bot.domain import Delivery, Json
from tests.fakes import START

BOT, APP, ANNA, BO = "900", "901", "100", "200"
GUILD, GENERAL, THREAD, DM = "10", "20", "30", "40"
ME = Me(user=BOT, application=APP, teams=frozenset({"coder", "panel"}))

CHANNEL: Json = {"guild": GUILD, "channel": GENERAL, "parent": "", "kind": "channel", "name": "general"}
IN_THREAD: Json = {"guild": GUILD, "channel": THREAD, "parent": GENERAL, "kind": "thread", "name": "a haiku"}
DIRECT: Json = {"guild": "", "channel": DM, "parent": "", "kind": "direct", "name": ""}


def message(content: str, *, at: Json = CHANNEL, identity: str = "1000", **changes: Any) -> Json:
    """Return a message's description; whom it mentions is read from its content."""
    known = {BOT: "Threadfast", ANNA: "Anna", BO: "Bo"}
    mentioned = [{"id": each, "name": name} for each, name in known.items() if f"<@{each}>" in content]
    return {
        "id": identity,
        "type": 0,
        "content": content,
        "at": START.isoformat(),
        "author": {"id": ANNA, "name": "Anna", "bot": False, "roles": []},
        "webhook": "",
        "application": "",
        "place": at,
        "mentions": mentioned,
        "groups": False,
        "channels": {},
        "roles": {},
        "reply_to": None,
        "files": [],
        "forwarded": [],
        **changes,
    }


def said(content: str, **more: Any) -> Json:
    return {"kind": "message", "message": message(content, **more)}


def edited(content: str, **more: Any) -> Json:
    return {"kind": "edited", "message": message(content, **more)}


def asked(*, at: Json = CHANNEL, **changes: Any) -> Json:
    """Return by whom and where an interaction was used."""
    return {
        "id": "5000",
        "token": "a token",
        "user": {"id": ANNA, "name": "Anna", "bot": False, "roles": []},
        "locale": "en-US",
        "guild": at["guild"],
        "channel": at["channel"],
        "parent": at["parent"],
        "installed": True,
        "manages": False,
        "administers": False,
        **changes,
    }


def command(name: str, options: Json | None = None, **more: Any) -> Json:
    return {"kind": "command", "interaction": asked(**more), "name": name, "options": options or {}}


def delivery(body: Json, identity: str = "message:1000") -> Delivery:
    return Delivery(adapter="discord", id=identity, body=body, received_at=START)
