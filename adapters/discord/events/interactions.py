"""What commands, buttons, menus and forms ask for. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.chat.handling.about import Action
from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import at, object_at, text_at, texts_at
from adapters.chat.handling.words import named_team
from adapters.discord.events.intents import (
    Ask,
    Asked,
    Default,
    ForgetConfirmed,
    ForgetHere,
    Help,
    Intent,
    Me,
    Models,
    MuteHere,
    Pressed,
    Pull,
    PullPressed,
    RunOnThis,
    Status,
    StopHere,
    Submitted,
    Teams,
)
from adapters.discord.events.payload import id_at, shared_files, standing
from adapters.discord.events.words import plain, without_mention
from adapters.discord.ids import read_custom_id, read_forget, read_pull
from adapters.discord.rendering.forms import CODE, INSTRUCTIONS, REASON, RUN_ON, TEAM
from bot.domain import Json, Person
from bot.texts import language_of

_ALONE: dict[str, type[Teams | Status | Models | StopHere | MuteHere | ForgetHere | Help]] = {
    "teams": Teams,
    "status": Status,
    "models": Models,
    "stop": StopHere,
    "mute": MuteHere,
    "forget": ForgetHere,
    "help": Help,
}
"""Commands that take nothing."""
LONGEST_NUMBER = 4
"""Digits of an option's number."""


def command(body: Json, me: Me) -> Intent:
    """Understand a slash command."""
    where = _where(body)
    if where is None:
        return Ignored(reason="a command without a person or a place")
    name = text_at(body, "name")
    if name == "ask":
        return _ask(where, body, me)
    if name == "default":
        options = object_at(body, "options")
        return Default(**where, team=_team(options, "team") or "", everywhere=at(options, "everywhere") is True)
    if name == "pull":
        return Pull(**where, model=text_at(object_at(body, "options"), "model").strip("` "))
    found = _ALONE.get(name)
    return found(**where) if found is not None else Ignored(reason="a command that is none of ours")


def pressed(body: Json, _me: Me) -> Intent:
    """Understand a button or a menu of a card."""
    where, found = _where(body), read_custom_id(text_at(body, "custom_id"))
    if where is None:
        return Ignored(reason="a press without a person or a place")
    before = read_forget(text_at(body, "custom_id"))
    if before is not None:
        return ForgetConfirmed(**where, before=before)
    model = read_pull(text_at(body, "custom_id"))
    if model:
        return PullPressed(**where, model=model)
    if found is None:
        return Ignored(reason="a button that is none of ours")
    action, about = found
    chosen = next(iter(texts_at(body, "values")), "")
    if chosen:
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) <= LONGEST_NUMBER):
            return Ignored(reason="an option that is none of ours")
        about = replace(about, item=int(chosen))
    return Pressed(**where, action=action, about=about, message=id_at(body, "message"))


def submitted(body: Json, _me: Me) -> Intent:
    """Understand a form that was sent."""
    where, identity = _where(body), text_at(body, "custom_id")
    if where is None:
        return Ignored(reason="a form without a person or a place")
    fields = object_at(body, "fields")
    if identity.startswith(f"{RUN_ON}:"):
        return _run_on(where, identity, fields)
    found = read_custom_id(identity)
    if found is None or found[0] not in (Action.REJECT, Action.EDIT):
        return Ignored(reason="a form that is none of ours")
    action, about = found
    # Code is taken exactly as it stands; a reason is what is said in it.
    text = text_at(fields, CODE) if action is Action.EDIT else text_at(fields, REASON).strip()
    return Submitted(**where, action=action, about=about, text=text)


def asked_of(body: Json) -> Asked | None:
    """Return by whom and where an interaction of any kind was used; None: that is not told."""
    where = _where(body)
    return Asked(**where) if where is not None else None


def _ask(where: dict[str, Any], body: Json, me: Me) -> Ask:
    options = object_at(body, "options")
    team = _team(options, "team")
    # Discord tells of the mentions in an option beside it, under the names that a message's have.
    prompt = plain(without_mention({**body, "content": text_at(options, "prompt")}, me.user))
    words = named_team(prompt, me.teams)
    text = prompt if team else words.text
    return Ask(**where, text=text.strip(), team=team or words.team, files=shared_files(options, "files"))


def _run_on(where: dict[str, Any], identity: str, fields: Json) -> Intent:
    parts = identity.split(":")
    place = {"channel": parts[1], "message": parts[2]} if len(parts) == 3 else {}
    if not id_at(place, "message") or id_at(place, "channel") != where["channel"]:
        return Ignored(reason="a form about a message elsewhere")
    text = text_at(fields, INSTRUCTIONS).strip()
    return RunOnThis(**where, message=place["message"], text=text, team=_team(fields, TEAM))


def _team(fields: Json, key: str) -> str | None:
    return text_at(fields, key).strip().casefold() or None


def _where(body: Json) -> dict[str, Any] | None:
    """Return who did it and where; None: that is not told."""
    asked = object_at(body, "interaction")
    identity, user = id_at(asked, "id"), id_at(asked, "user", "id")
    channel, token = id_at(asked, "channel"), text_at(asked, "token")
    if not (identity and user and channel and token):
        return None
    language = language_of(text_at(asked, "locale"), "")
    name = " ".join(text_at(asked, "user", "name").split()) or user
    facts: dict[str, Any] = {"bot": at(asked, "user", "bot") is True}
    facts |= standing(object_at(asked, "user"), id_at(asked, "guild"))
    return {
        "id": identity,
        "token": token,
        "person": Person(id=user, name=name, language=language or None, **facts),
        "language": language or "en",
        "guild": id_at(asked, "guild"),
        "channel": channel,
        "parent": id_at(asked, "parent"),
        "installed": at(asked, "installed") is not False,
        "manages": at(asked, "manages") is True,
        "administers": at(asked, "administers") is True,
        "reads": at(asked, "reads") is not False,
    }
