"""From a payload of any kind to what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Callable

from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import object_at, text_at, texts_at
from adapters.slack.events.actions import interaction
from adapters.slack.events.commands import command
from adapters.slack.events.intents import (
    ChatOpened,
    HomeOpened,
    Intent,
    Me,
    SessionStopped,
    TokensRevoked,
    Uninstalled,
)
from adapters.slack.events.messages import mention, message
from adapters.slack.events.payload import id_at, thread_ref, ts_at
from bot.domain import Json


def understand(kind: str, payload: Json, me: Me) -> Intent:
    """Say what a delivery wants; whatever is not for us, or not well-formed, is `Ignored`. Never raises.

    Args:
        kind: `event`, `command` or `interactive`.
        payload: What Slack delivered, unchanged.
        me: Who the bot is in the workspace that `workspace_of` names.
    """
    if kind == "event":
        event = object_at(payload, "event")
        handler = _EVENTS.get(text_at(event, "type"))
        return handler(event, me) if handler is not None else Ignored(reason="an event of another type")
    if kind == "command":
        return command(payload, me)
    if kind == "interactive":
        return interaction(payload, me)
    return Ignored(reason="a delivery of another kind")


def _home(event: Json, me: Me) -> Intent:
    user, channel = id_at(event, "user"), id_at(event, "channel")
    if user and text_at(event, "tab") == "messages" and channel:
        return ChatOpened(workspace=me.workspace, user=user, channel=channel)
    if user and text_at(event, "tab") in ("home", ""):
        return HomeOpened(workspace=me.workspace, user=user)
    return Ignored(reason="a tab without content of ours")


def _assistant_thread(event: Json, me: Me) -> Intent:
    user, channel = id_at(event, "assistant_thread", "user_id"), id_at(event, "assistant_thread", "channel_id")
    thread = thread_ref(me.workspace, channel, ts_at(event, "assistant_thread", "thread_ts"))
    if not user or thread is None:
        return Ignored(reason="without an author, a place or a time")
    return ChatOpened(workspace=me.workspace, user=user, channel=channel, thread=thread)


def _session_stopped(event: Json, me: Me) -> Intent:
    thread = thread_ref(me.workspace, id_at(event, "channel"), ts_at(event, "thread_ts"))
    user = id_at(event, "user")
    if thread is None or not user:
        return Ignored(reason="without an author, a place or a time")
    return SessionStopped(thread=thread, user=user)


def _uninstalled(_event: Json, me: Me) -> Intent:
    return Uninstalled(workspace=me.workspace)


def _revoked(event: Json, me: Me) -> Intent:
    bots = texts_at(event, "tokens", "bot")
    return TokensRevoked(workspace=me.workspace, bots=bots) if bots else Ignored(reason="tokens of people were revoked")


_EVENTS: dict[str, Callable[[Json, Me], Intent]] = {
    "app_mention": mention,
    "message": message,
    "app_home_opened": _home,
    "assistant_thread_started": _assistant_thread,
    "agent_session_stopped": _session_stopped,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
}
