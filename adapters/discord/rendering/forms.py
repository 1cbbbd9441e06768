"""The forms that are opened over a conversation. Pure.

What a form is about stands in its custom id, so it is known again after a restart. What comes back is `{name: value}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from adapters.chat.content.edits import holds, in_form
from adapters.chat.content.names import shown_name
from adapters.chat.handling.about import Action
from adapters.discord import ids
from adapters.discord.rendering.names import clipped
from adapters.discord.rendering.parts import LONGEST_OPTION, MOST_MENU, size
from bot.domain import InputRequest, TeamSummary
from bot.texts import say

TEAM, INSTRUCTIONS, REASON, CODE = "team", "instructions", "reason", "code"
"""Names of the fields."""
RUN_ON = "runon"
"""The custom id of the message command's form is `runon:<channel>:<message>`."""
MOST_TEXT = 4_000
"""Characters that a text field takes."""
MOST_TITLE = 45
"""Of a form's title and of a field's label."""
_LONGEST_TEAM = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something to be filled in."""

    name: str
    label: str
    """At most 45 characters."""
    kind: Literal["text", "menu"] = "text"
    """A text of several lines, or one of the options."""
    value: str = ""
    """What stands there to begin with; of a menu: the value of the chosen option."""
    options: tuple[tuple[str, str], ...] = ()
    """Label and value of each, at most 25; only of a menu."""
    required: bool = True
    most: int = MOST_TEXT
    """Characters that may be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: one to five fields."""

    title: str
    """At most 45 characters."""
    custom_id: str
    """`ids.custom_id` of a request with `reject` or `edit`, or `runon:<channel>:<message>`."""
    fields: tuple[Field, ...]


def run_form(teams: Sequence[TeamSummary], *, channel: str, message: str, team: str, language: str) -> Form:
    """Return the form that runs a team on a message.

    Args:
        teams: Those on offer; where there are more than a menu takes, the name is written.
        channel: Where the message is: a channel, a thread or a direct message's channel.
        message: Its id.
        team: The one that is chosen to begin with.
        language: Of the person.
    """
    options = tuple((clipped(shown_name(each.name), LONGEST_OPTION), each.name) for each in teams)
    in_menu = 0 < len(options) <= MOST_MENU and all(size(name) <= LONGEST_OPTION for _, name in options)
    label = _label("chat_form_team", language)
    if in_menu:
        chosen = team if any(name == team for _, name in options) else ""
        choice = Field(name=TEAM, label=label, kind="menu", value=chosen, options=options)
    else:
        choice = Field(name=TEAM, label=label, value=team, most=_LONGEST_TEAM)
    instructions = Field(name=INSTRUCTIONS, label=_label("chat_form_instructions", language), required=False)
    return _form("chat_form_run", f"{RUN_ON}:{channel}:{message}", language, choice, instructions)


def reject_form(request: InputRequest, item: int | None, language: str) -> Form:
    """Return the form that asks for the reason of a rejection, of one item or of all that are left."""
    reason = Field(name=REASON, label=_label("chat_form_reason", language), required=False)
    return _form("chat_form_reject", ids.custom_id(request, Action.REJECT, item), language, reason)


def edit_form(request: InputRequest, item: int, language: str) -> Form:
    """Return the form that holds an item's code to be changed.

    Raises:
        ValueError: The code does not fit the form; its card has no button for this.
    """
    content = request.items[item - 1].content
    if not is_editable(content):
        raise ValueError(f"code of {len(content)} characters cannot be edited in a form; {MOST_TEXT} fit, and not none")
    code = Field(name=CODE, label=_label("chat_form_code", language), value=in_form(content))
    return _form("chat_form_edit", ids.custom_id(request, Action.EDIT, item), language, code)


def is_editable(content: str) -> bool:
    """Whether a form holds a program, what nobody would see in it by number."""
    return holds(content, MOST_TEXT)


def _form(title: str, custom_id: str, language: str, *fields: Field) -> Form:
    return Form(title=_label(title, language), custom_id=custom_id, fields=fields)


def _label(text_id: str, language: str) -> str:
    return clipped(say(text_id, language), MOST_TITLE)
