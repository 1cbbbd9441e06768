"""The forms that are opened over a conversation. Pure.

What a form is about stands in its custom id, so it is known again after a restart. What comes back is `{name: value}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain import InputRequest, TeamSummary

TEAM, INSTRUCTIONS, REASON, CODE = "team", "instructions", "reason", "code"
"""Names of the fields."""
RUN_ON = "runon"
"""The custom id of the message command's form is `runon:<channel>:<message>`."""
MOST_TEXT = 4_000
"""Characters that a text field takes."""
MOST_TITLE = 45
"""Of a form's title and of a field's label."""


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
    raise NotImplementedError


def reject_form(request: InputRequest, item: int | None, language: str) -> Form:
    """Return the form that asks for the reason of a rejection, of one item or of all that are left."""
    raise NotImplementedError


def edit_form(request: InputRequest, item: int, language: str) -> Form:
    """Return the form that holds an item's code to be changed.

    Raises:
        ValueError: The code does not fit the form; its card has no button for this.
    """
    raise NotImplementedError
