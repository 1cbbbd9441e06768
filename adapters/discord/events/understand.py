"""From a delivery of any kind to what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import object_at, objects_at, text_at
from adapters.discord.events.intents import Intent, Me
from adapters.discord.events.interactions import command, pressed, submitted
from adapters.discord.events.messages import deleted, edited, message
from adapters.discord.events.payload import id_at, said_at, thread_ref
from adapters.discord.ids import DIRECT
from bot.domain import Delivery, Json

_MESSAGES = frozenset({"message", "edited", "deleted"})
_KINDS: dict[str, Callable[[Json, Me], Intent]] = {
    "message": message,
    "edited": edited,
    "deleted": deleted,
    "command": command,
    "pressed": pressed,
    "submitted": submitted,
}


def understand(kind: str, body: Json, me: Me) -> Intent:
    """Say what a delivery wants; whatever is not for us, or not well-formed, is `Ignored`. Never raises.

    Args:
        kind: The body's own: `message`, `edited`, `deleted`, `command`, `pressed` or `submitted`.
        body: What was delivered, as `connecting` describes it.
        me: Who the bot is.
    """
    handler = _KINDS.get(kind)
    return handler(body, me) if handler is not None else Ignored(reason="a delivery of another kind")


def lane_of(delivery: Delivery) -> str | None:
    """Return what a delivery is in order with: the thread of a message; None: it stands by itself.

    Buttons and forms don't wait for a message's downloads.
    """
    if text_at(delivery.body, "kind") not in _MESSAGES:
        return None
    found = object_at(delivery.body, "message")
    thread = thread_ref(object_at(found, "place"), id_at(found, "id"))
    return thread.thread if thread is not None else None


def files_of(delivery: Delivery) -> str | None:
    """Return the server of a message's files; None: it brings none."""
    found = object_at(delivery.body, "message")
    return (id_at(found, "place", "guild") or DIRECT) if objects_at(found, "files") else None


def moment_of(delivery: Delivery) -> datetime:
    """Return when a delivery was made: it may have come much later, after a downtime.

    Ids tell it of messages and interactions. Edits and deletions have none of their own: they came after the message.
    """
    body = delivery.body
    kind = text_at(body, "kind")
    if kind in ("edited", "deleted"):
        message = id_at(body, "message", "id")
        return max(delivery.received_at, said_at(message)) if message else delivery.received_at
    made = id_at(body, "message", "id") if kind == "message" else id_at(body, "interaction", "id")
    return said_at(made) if made else delivery.received_at
