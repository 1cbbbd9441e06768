"""What a slash command asks for. Pure."""

from __future__ import annotations

import re
from typing import Any

from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import text_at
from adapters.chat.handling.words import named_team
from adapters.slack.events.intents import (
    Ask,
    Command,
    Default,
    ForgetHere,
    Help,
    Intent,
    Me,
    Models,
    MuteHere,
    Pull,
    Status,
    StopHere,
    Teams,
    Unknown,
)
from adapters.slack.events.payload import id_at, thread_ref, ts_at
from adapters.slack.events.words import mentioned, plain
from bot.domain import Json

_ALONE: dict[str, type[Command]] = {
    "teams": Teams,
    "团队": Teams,
    "status": Status,
    "状态": Status,
    "models": Models,
    "模型": Models,
    "stop": StopHere,
    "停止": StopHere,
    "mute": MuteHere,
    "静音": MuteHere,
    "forget": ForgetHere,
    "忘记": ForgetHere,
    "help": Help,
    "帮助": Help,
    "": Help,
}
"""Commands that take no words."""
_ASK = frozenset({"ask", "提问"})
_DEFAULT = frozenset({"default", "默认"})
_PULL = frozenset({"pull", "拉取"})
_LINKED = re.compile(r"<https?://([^|>\s]+)\|\1>")
"""What Slack makes of a name that looks like an address, such as `hf.co/someone/model`."""
_EVERYWHERE = frozenset({"--workspace", "—workspace", "–workspace"})


def command(payload: Json, me: Me) -> Intent:
    """Understand the words after the slash command, whatever the workspace calls it."""
    where = _where(payload, me)
    if where is None:
        return Ignored(reason="a command without a person or a place")
    raw = text_at(payload, "text").strip()
    first, rest = (*raw.split(None, 1), "", "")[:2]
    word = first.casefold()
    if word in _ASK:
        words = named_team(plain(rest), me.teams)
        return Ask(**where, text=words.text.strip(), team=words.team, mentions=mentioned(rest))
    if word in _DEFAULT:
        return _default(where, rest.split(), raw)
    if word in _PULL:
        return Pull(**where, model=plain(_LINKED.sub(r"\1", rest)).strip("` "))
    if word in _ALONE and not rest:
        return _known(where, word)
    return Unknown(**where, words=plain(raw))


def _known(where: dict[str, Any], word: str) -> Intent:
    intent = _ALONE[word](**where)
    assert isinstance(intent, Teams | Status | Models | StopHere | MuteHere | ForgetHere | Help)
    return intent


def _default(where: dict[str, Any], words: list[str], raw: str) -> Intent:
    names = [word for word in words if word not in _EVERYWHERE]
    if len(names) > 1:
        return Unknown(**where, words=plain(raw))
    everywhere = len(names) < len(words)
    return Default(**where, team=plain(names[0]).casefold() if names else "", everywhere=everywhere)


def _where(payload: Json, me: Me) -> dict[str, Any] | None:
    channel, user = id_at(payload, "channel_id"), id_at(payload, "user_id")
    if not (channel and user and me.workspace):
        return None
    return {
        "workspace": me.workspace,
        "channel": channel,
        "user": user,
        "response_url": text_at(payload, "response_url"),
        "command": text_at(payload, "command"),
        "thread": thread_ref(me.workspace, channel, ts_at(payload, "thread_ts")),
    }
