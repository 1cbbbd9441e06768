"""Views as Slack keeps them: what it refuses, and what it does with an answer to a submission."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from tests.slack_server.checks import Errors, check_blocks, length, text, wrong
from tests.slack_server.entities import Json, SlackError, View
from tests.slack_server.hub import Hub

if TYPE_CHECKING:
    from tests.slack_server.accounts import Account


def checked(hub: Hub, view: Any, kind: str) -> Json:
    """Return a view as it is kept, with an id for every block and element.

    Raises:
        SlackError: invalid_arguments, with what is wrong and where.
    """
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    if len(json.dumps(view)) > 250_000:
        raise SlackError("view_too_large")
    errors = _wrong(view, kind)
    if errors:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in errors]})
    kept = copy.deepcopy(view)
    for block in kept["blocks"]:
        block.setdefault("block_id", hub.ids.next("b"))
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and block["type"] in ("actions", "section", "input"):
                element.setdefault("action_id", hub.ids.next("a"))
    return dict(kept)


def _wrong(view: Json, kind: str) -> Errors:
    errors = check_blocks(view.get("blocks"), 100, "/view/blocks")
    if view.get("type") != kind:
        wrong(errors, "/view/type", f"must be {kind}")
    if kind == "modal":
        text(view.get("title"), 24, "/view/title", errors, plain=True)
        inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or [])
        if inputs and "submit" not in view:
            wrong(errors, "/view/submit", "missing required field: submit")
    for name in ("submit", "close"):
        if view.get(name) is not None:
            text(view[name], 24, f"/view/{name}", errors, plain=True)
    length(view.get("private_metadata", ""), 3000, "/view/private_metadata", errors, least=0)
    length(view.get("callback_id", ""), 255, "/view/callback_id", errors, least=0)
    length(view.get("external_id", ""), 255, "/view/external_id", errors, least=0)
    return errors


def new(person: Account, body: Json) -> View:
    """Keep a view of somebody's."""
    workspace = person.workspace
    view = View(
        id=workspace.hub.ids.next("V"),
        team_id=workspace.id,
        user=person.id,
        body=body,
        app_id=workspace.hub.app.id,
        bot_id=workspace.bot.bot_id,
    )
    workspace.views[view.id] = view
    return view


def show(person: Account, body: Json) -> View:
    """Open a modal on top of what is open."""
    view = new(person, body)
    if person.modals:
        view.previous, view.root = person.modals[-1].id, person.modals[0].root or person.modals[0].id
    person.modals.append(view)
    return view


def answer(person: Account, view: View, response: Any) -> None:
    """Do with a submitted modal what the app answered: close it, or show errors, another view, or none at all.

    Raises:
        AssertionError: The answer is none that Slack understands.
    """
    response = response or {}
    action = response.get("response_action") if isinstance(response, dict) else "unreadable"
    if action == "errors":
        view.errors = dict(response["errors"])
        known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        assert view.errors, "response_action errors without errors: Slack shows that it had trouble connecting"
        assert view.errors.keys() <= known, f"errors for {sorted(view.errors.keys() - known)}, which are no inputs"
    elif action == "update":
        view.body = checked(person.workspace.hub, response["view"], "modal")
    elif action == "push":
        show(person, checked(person.workspace.hub, response["view"], "modal"))
    elif action in (None, "clear"):
        _close(person, view, everything=action == "clear")
    else:
        raise AssertionError(f"{action!r} is no response_action")


def _close(person: Account, view: View, *, everything: bool) -> None:
    for one in [*person.modals] if everything else [view]:
        one.open = False
        if one in person.modals:
            person.modals.remove(one)
