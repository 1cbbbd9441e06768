"""Which delivery it is, and whose. Pure."""

from __future__ import annotations

import hashlib
import json

from adapters.chat.handling.payload import objects_at, text_at
from adapters.slack.events.payload import id_at
from bot.domain import Delivery, Json

LONGEST = 200
"""Characters of an id that is taken as it is."""


def delivery_id(kind: str, payload: Json) -> str:
    """Return what is the same when Slack delivers the same thing again, and differs for anything else.

    An event's own id, or the trigger id of a command or an interaction; a closed form has neither, so its id is made
    of all that it says.
    """
    given = text_at(payload, "event_id" if kind == "event" else "trigger_id")
    if given and len(given) <= LONGEST and given.isascii() and given.isprintable():
        return given
    try:
        whole = json.dumps([kind, payload], sort_keys=True)
    except RecursionError:
        # Nothing of Slack's is nested so deeply: its plain words are enough to know it by.
        whole = json.dumps([kind, {key: value for key, value in payload.items() if isinstance(value, str)}])
    return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


def workspace_of(payload: Json) -> str:
    """Return the workspace whose installation a delivery is for; empty where it says none.

    In a channel that workspaces share, the event's `team_id` may be the other's: the authorization tells ours. The
    same holds for a form that was opened in such a channel.
    """
    authorized = [id_at(each, "team_id") for each in objects_at(payload, "authorizations")[:1]]
    candidates = (
        id_at(payload, "view", "app_installed_team_id"),
        *authorized,
        id_at(payload, "team", "id"),
        id_at(payload, "team_id"),
        id_at(payload, "user", "team_id"),
        id_at(payload, "view", "team_id"),
    )
    return next((candidate for candidate in candidates if candidate), "")


def lane_of(delivery: Delivery) -> str | None:
    """Return what a delivery is in order with: the thread of a message; None: it stands by itself.

    Buttons and forms don't wait for a message's downloads: Slack opens a form only within three seconds.
    """
    event = _event(delivery)
    if event.get("type") not in ("message", "app_mention"):
        return None
    return f"{event.get('channel')}:{_thread(event)}"


def files_of(delivery: Delivery) -> str | None:
    """Return the workspace of a message's files; None: it brings none."""
    return str(delivery.body.get("payload", {}).get("team_id")) if _event(delivery).get("files") else None


def _event(delivery: Delivery) -> Json:
    return dict(delivery.body.get("payload", {}).get("event") or {})


def _thread(event: Json) -> str:
    """Return the root of a message's thread; of a changed or deleted one, the thread that it stood in."""
    said: Json = event.get("message") or event.get("previous_message") or event
    return str(said.get("thread_ts") or said.get("ts") or event.get("ts"))
