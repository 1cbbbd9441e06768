"""`views.*`: modals and the App Home."""

from __future__ import annotations

from typing import Any

from tests.slack_server import modals
from tests.slack_server.calls import Call, Method
from tests.slack_server.entities import Json, SlackError, View
from tests.slack_server.people import Person

TRIGGER_LIFE = 3.0
"""Seconds in which a trigger opens a modal."""


def _triggered(call: Call) -> Person:
    trigger = call.hub.triggers.get(call.text("trigger_id"))
    if trigger is None or trigger.team_id != call.workspace.id:
        raise SlackError("invalid_trigger_id")
    if call.hub.clock.now() - trigger.born > TRIGGER_LIFE:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    trigger.used = True
    return call.workspace.people[trigger.user]


def _body(call: Call, kind: str) -> Json:
    return modals.checked(call.hub, call.args.get("view"), kind)


async def open_(call: Call) -> Json:
    """Open a modal for the person whose trigger it is."""
    body = _body(call, "modal")
    person = _triggered(call)
    return {"view": modals.show(person, body).wire()}


async def push(call: Call) -> Json:
    """Open a modal on top of another."""
    body = _body(call, "modal")
    person = _triggered(call)
    if len(person.modals) >= 3:
        raise SlackError("push_limit_reached")
    return {"view": modals.show(person, body).wire()}


async def publish(call: Call) -> Json:
    """Publish somebody's App Home."""
    body = _body(call, "home")
    person = call.workspace.people.get(call.text("user_id"))
    if person is None:
        raise SlackError("user_not_found")
    if person.home is None:
        person.home = modals.new(person, body)
    else:
        _unchanged(call, person.home)
        person.home.body = body
    return {"view": person.home.wire()}


def _unchanged(call: Call, view: View) -> None:
    if call.optional("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")


async def update(call: Call) -> Json:
    """Change an open modal."""
    view = _found(call.workspace.views, call.optional("view_id"), call.optional("external_id"))
    _unchanged(call, view)
    view.body = _body(call, str(view.body["type"]))
    return {"view": view.wire()}


def _found(known: dict[str, View], view_id: str | None, external_id: str | None) -> View:
    for view in known.values():
        wanted: Any = view.id == view_id if view_id else view.body.get("external_id") == external_id
        if wanted and view.open:
            return view
    raise SlackError("not_found")


METHODS = {
    "views.open": Method(open_),
    "views.push": Method(push),
    "views.publish": Method(publish),
    "views.update": Method(update),
}
