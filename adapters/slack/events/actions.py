"""What buttons, menus, the message shortcut and forms ask for. Pure."""

from __future__ import annotations

from typing import Any

from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import object_at, objects_at, text_at
from adapters.slack.events.intents import ForgetConfirmed, Intent, Me, Pressed, PullPressed, RunHere, Submitted
from adapters.slack.events.messages import quoted, shared_files
from adapters.slack.events.payload import id_at, thread_ref, ts_at
from adapters.slack.events.words import mentioned, plain
from adapters.slack.ids import (
    EDIT_FORM,
    FORGET,
    OPEN,
    REJECT_FORM,
    RUN_HERE,
    RUN_HERE_FORM,
    action_of,
    is_pull,
    read_forget,
    read_value,
)
from bot.domain import Json

_FORMS = frozenset({RUN_HERE_FORM, REJECT_FORM, EDIT_FORM})


def interaction(payload: Json, me: Me) -> Intent:
    """Understand an interactive payload by its type."""
    if not id_at(payload, "user", "id") or not me.workspace:
        return Ignored(reason="an interaction without a person")
    kind = text_at(payload, "type")
    if kind == "block_actions":
        return _pressed(payload, me)
    if kind == "message_action":
        return _run_here(payload, me)
    if kind == "view_submission":
        return _submitted(payload, me)
    if kind == "view_closed":
        return Ignored(reason="a form was closed")
    return Ignored(reason="an interaction of another kind")


def _pressed(payload: Json, me: Me) -> Intent:
    for pressed in objects_at(payload, "actions"):
        if text_at(pressed, "action_id") == FORGET:
            return _forget(payload, text_at(pressed, "value"), me)
        if is_pull(text_at(pressed, "action_id")):
            return _pull(payload, text_at(pressed, "value"), me)
        action = action_of(text_at(pressed, "action_id"))
        if action == OPEN:
            return Ignored(reason="a link was followed")
        about = read_value(text_at(pressed, "value") or text_at(pressed, "selected_option", "value"))
        if action is not None and about is not None:
            return Pressed(**_where(payload, me), action=action, about=about)
    return Ignored(reason="a button that is none of ours")


def _forget(payload: Json, value: str, me: Me) -> Intent:
    before, where = read_forget(value), _where(payload, me)
    if before is None or not where["channel"]:
        return Ignored(reason="a button that is none of ours")
    # The question stands beside the channel's messages, in no thread.
    return ForgetConfirmed(**where | {"thread": None}, before=before)


def _pull(payload: Json, model: str, me: Me) -> Intent:
    where = _where(payload, me)
    if not (model and where["channel"]):
        return Ignored(reason="a button that is none of ours")
    # What one person alone sees stands beside the channel's messages, in no thread.
    in_thread = ts_at(payload, "message", "thread_ts") or ts_at(payload, "container", "thread_ts")
    return PullPressed(**where | ({} if in_thread else {"thread": None}), model=model)


def _run_here(payload: Json, me: Me) -> Intent:
    if text_at(payload, "callback_id") != RUN_HERE:
        return Ignored(reason="a shortcut that is none of ours")
    where, message = _where(payload, me), object_at(payload, "message")
    if where["thread"] is None:
        return Ignored(reason="a shortcut without a message")
    raw = text_at(message, "text")
    return RunHere(
        **where,
        text="\n\n".join(part for part in (plain(raw).strip(), quoted(message)) if part),
        author=id_at(message, "user") or id_at(message, "bot_id"),
        mentions=mentioned(raw),
        files=shared_files(message),
    )


def _submitted(payload: Json, me: Me) -> Intent:
    form = text_at(payload, "view", "callback_id")
    if form not in _FORMS:
        return Ignored(reason="a form that is none of ours")
    return Submitted(**_where(payload, me), form=form, view=object_at(payload, "view"))


def _where(payload: Json, me: Me) -> dict[str, Any]:
    """Return who did it and on which message: of a card or, for the shortcut, of whatever it was used on."""
    channel = id_at(payload, "channel", "id") or id_at(payload, "container", "channel_id")
    ts = ts_at(payload, "container", "message_ts") or ts_at(payload, "message", "ts") or ts_at(payload, "message_ts")
    root = ts_at(payload, "message", "thread_ts") or ts_at(payload, "container", "thread_ts") or ts
    return {
        "workspace": me.workspace,
        "user": id_at(payload, "user", "id"),
        "trigger_id": text_at(payload, "trigger_id"),
        "channel": channel,
        "message_ts": ts,
        "thread": thread_ref(me.workspace, channel, root),
        "response_url": text_at(payload, "response_url"),
    }
