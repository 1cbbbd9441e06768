"""Which delivery it is, and whose. Pure."""

from __future__ import annotations

import hashlib
import json

from adapters.slack.events.payload import id_at, objects_at, text_at
from bot.domain import Json

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
