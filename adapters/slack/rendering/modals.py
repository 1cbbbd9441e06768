"""The forms that Slack opens over a conversation, and what comes back from them. Pure.

What a form is about stands in its private metadata: a button's value, or the place of the message it was opened on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.content.edits import holds, in_form, unseen_in
from adapters.chat.content.names import shown_name
from adapters.chat.handling.about import About
from adapters.slack import ids
from adapters.slack.rendering.blocks import plain, preformatted, prose, rich, section
from adapters.text import harmless
from bot.domain import InputRequest, Json, TeamSummary
from bot.texts import say

INPUT_LIMIT = 3_000
_MOST_TEAMS = 100
_QUOTED = 1_500

TEAM, INSTRUCTIONS, REASON, CODE = "team", "instructions", "reason", "code"
"""Block ids and action ids of the inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The message that a form was opened on."""

    channel: str
    message: str
    """Its ts."""
    thread: str
    """The ts of its thread's first message, its own where there is none."""
    author: str = ""
    """The id of who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A form that was sent."""

    form: str
    """`run_here_form`, `reject_form` or `edit_form`."""
    text: str
    """The instructions, the reason, or the code that is to run, as the form holds it."""
    pressed: About | None = None
    """What a reject or edit form is about."""
    origin: Origin | None = None
    """What a run form was opened on."""
    team: str | None = None


def run_here(teams: Sequence[TeamSummary], origin: Origin, said: str, *, team: str, language: str) -> Json:
    """Return the form that runs a team on a message.

    Args:
        teams: Those on offer; Slack's menu takes 100.
        origin: The message.
        said: Its text, to be shown.
        team: The one that is chosen to begin with.
        language: Of the person.
    """
    options = [{"text": plain(shown_name(each.name), 75), "value": each.name[:150]} for each in teams[:_MOST_TEAMS]]
    menu: Json = {"type": "static_select", "action_id": TEAM, "options": options}
    chosen = next((option for option in options if option["value"] == team), None)
    quoted = said if len(said) <= _QUOTED else said[: _QUOTED - 1] + "…"
    blocks = [
        rich([section(prose(say("slack_form_message", language))), _quote(quoted)]),
        _input(TEAM, say("chat_form_team", language), {**menu, "initial_option": chosen} if chosen else menu),
        _input(INSTRUCTIONS, say("chat_form_instructions", language), _box(INSTRUCTIONS), optional=True),
    ]
    place = {"channel": origin.channel, "message": origin.message, "thread": origin.thread, "author": origin.author}
    return _view(ids.RUN_HERE_FORM, "chat_form_run", "slack_form_run_send", language, blocks, json.dumps(place))


def reject_form(request: InputRequest, item: int | None, language: str) -> Json:
    """Return the form that asks for the reason of a rejection, of one item or of all that are left."""
    blocks = [_input(REASON, say("chat_form_reason", language), _box(REASON), optional=True)]
    value = ids.button_value(request, item)
    return _view(ids.REJECT_FORM, "chat_form_reject", "chat_form_reject", language, blocks, value)


def edit_form(request: InputRequest, item: int, language: str) -> Json:
    """Return the form that holds an item's code to be changed.

    Raises:
        ValueError: The code does not fit Slack's input; its card has no button for this.
    """
    content = request.items[item - 1].content
    if not is_editable(content):
        raise ValueError(
            f"code of {len(content)} characters cannot be edited in a form; {INPUT_LIMIT} fit, and not none"
        )
    box = {**_box(CODE), "initial_value": in_form(content)}
    blocks = [_input(CODE, say("chat_form_code", language), box)]
    value = ids.button_value(request, item)
    return _view(ids.EDIT_FORM, "chat_form_edit", "slack_form_edit_send", language, blocks, value)


def is_editable(content: str) -> bool:
    """Whether a form holds a program, what nobody would see in it by number."""
    return holds(content, INPUT_LIMIT)


def notice_form(sentence: str, language: str) -> Json:
    """Return a form that only says something, for when the one that was asked for cannot be shown."""
    blocks = [rich([section(prose(harmless(sentence)))])]
    view = _view("threadfast_notice", "chat_form_run", "slack_form_run_send", language, blocks, "")
    return {key: value for key, value in view.items() if key not in ("submit", "private_metadata")}


def submitted(view: Json) -> Submitted | None:
    """Read a form that was sent; None for one that is not ours or is about nothing that we know."""
    form, metadata = str(view.get("callback_id", "")), str(view.get("private_metadata", ""))
    if form == ids.RUN_HERE_FORM:
        origin = _origin(metadata)
        text = _written(view, INSTRUCTIONS).strip()
        return Submitted(form=form, text=text, origin=origin, team=_chosen(view)) if origin else None
    pressed = ids.read_value(metadata)
    if pressed is None or form not in (ids.REJECT_FORM, ids.EDIT_FORM):
        return None
    text = _written(view, CODE) if form == ids.EDIT_FORM else _written(view, REASON).strip()
    return Submitted(form=form, text=text, pressed=pressed)


def complaints(sent: Submitted, language: str) -> dict[str, str]:
    """Return what is wrong with a form, by the input it is said at; Slack keeps the form open then."""
    if sent.form == ids.EDIT_FORM and not sent.text.strip():
        return {CODE: say("chat_form_no_code", language)}
    if sent.form == ids.EDIT_FORM and (unseen := unseen_in(sent.text)):
        return {CODE: say("card_form_hidden", language, chars=unseen)}
    if sent.form == ids.RUN_HERE_FORM and not sent.team:
        return {TEAM: say("chat_form_no_team", language)}
    return {}


def _view(form: str, title: str, send: str, language: str, blocks: list[Json], about: str) -> Json:
    return {
        "type": "modal",
        "callback_id": form,
        "title": plain(say(title, language), 24),
        "submit": plain(say(send, language), 24),
        "close": plain(say("slack_form_cancel", language), 24),
        "private_metadata": about,
        "blocks": blocks,
    }


def _input(name: str, label: str, element: Json, *, optional: bool = False) -> Json:
    return {"type": "input", "block_id": name, "label": plain(label, 2_000), "element": element, "optional": optional}


def _box(name: str) -> Json:
    return {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": INPUT_LIMIT}


def _quote(said: str) -> Json:
    return preformatted(harmless(said)) if said.strip() else section(prose("…"))


def _element(view: Json, name: str) -> dict[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    return (values.get(name) or {}).get(name) or {}


def _written(view: Json, name: str) -> str:
    return str(_element(view, name).get("value") or "")


def _chosen(view: Json) -> str | None:
    option = _element(view, TEAM).get("selected_option") or {}
    return str(option["value"]) if option.get("value") else None


def _origin(metadata: str) -> Origin | None:
    try:
        place = json.loads(metadata)
        return Origin(
            channel=str(place["channel"]),
            message=str(place["message"]),
            thread=str(place["thread"]),
            author=str(place.get("author", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
