"""The names by which our own buttons, forms and messages are known again when Slack hands them back. Pure.

A button's value is only a request's id, a nonce and an item's number. The nonce is made of the exact bytes that the
card shows, so a press on a card about other bytes fits no request.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from adapters.chat.handling.about import About, Action, nonce
from bot.domain import InputRequest, RequestId

ADAPTER = "slack"
"""The first part of our threads' addresses."""
COMMAND = "/threadfast"

APPROVE = "threadfast_approve"
"""Approves an item; without one, all that are left."""
REJECT = "threadfast_reject"
"""Opens the form that asks why; without an item it is about all that are left."""
EDIT = "threadfast_edit"
"""Opens the form with an item's code, to be changed and then run."""
STOP = "threadfast_stop"
"""Stops the run that asks."""
CHOOSE = "threadfast_choose"
"""Chooses an option: the item is its number. Buttons add the number to the action id, a select menu does not."""
EMPTY = "threadfast_empty"
"""Answers with nothing, where that means something."""
EXIT = "threadfast_exit"
"""Answers `exit`."""
OPEN = "threadfast_open"
"""Follows a link of the App Home; there is nothing to do but to acknowledge it."""

FORGET = "threadfast_forget"
"""Deletes what whoever presses it began in the channel before the time that is its value."""

PULL = "threadfast_pull"
"""Has the model pulled that is its value, if whoever presses it may. A list adds a number to the action id."""

ACTIONS = {
    APPROVE: Action.APPROVE,
    REJECT: Action.REJECT,
    EDIT: Action.EDIT,
    STOP: Action.STOP,
    CHOOSE: Action.CHOOSE,
    EMPTY: Action.EMPTY,
    EXIT: Action.EXIT,
}
"""What the buttons of cards do, by action id."""

RUN_HERE = "run_here"
"""The message shortcut."""
RUN_HERE_FORM = "run_here_form"
REJECT_FORM = "reject_form"
EDIT_FORM = "edit_form"

POST_METADATA = "threadfast_post"
"""The metadata's type on a post of the outbox: `{key, part, parts}`."""
PREVIEW_METADATA = "threadfast_preview"
"""On a live preview that is no post yet."""
ASK_METADATA = "threadfast_ask"
"""On the message that stands for a slash command's words: `{delivery}`."""

_NUMBERED = re.compile(r"(.+?)_[0-9]{1,4}")
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
_VALUE = re.compile(r"([0-9a-f]{16}) ([0-9]{1,4}|-) ([^\s]{1,1000})")


def button_value(request: InputRequest, item: int | None = None) -> str:
    """Return the value of a button about a request, or about one of its items (from 1)."""
    return f"{nonce(request)} {'-' if item is None else item} {request.id}"


def read_value(text: str) -> About | None:
    """Read a button's value back; None for what `button_value` never makes."""
    found = _VALUE.fullmatch(text)
    if found is None:
        return None
    item = None if found[2] == "-" else int(found[2])
    return About(request=RequestId(found[3]), nonce=found[1], item=item)


def forget_value(asked_at: datetime) -> str:
    """Return the value of the button that deletes what was begun before this time."""
    return str(math.ceil(asked_at.timestamp() * 1000))


def read_forget(text: str) -> datetime | None:
    """Read that button's value back; None for what `forget_value` never makes."""
    return datetime.fromtimestamp(int(text) / 1000, UTC) if _MILLISECONDS.fullmatch(text) else None


def is_pull(action_id: str) -> bool:
    """Whether an action id is that of a button that has a model pulled."""
    numbered = _NUMBERED.fullmatch(action_id)
    return PULL in (action_id, numbered[1] if numbered else "")


def action_of(action_id: str) -> str | None:
    """Return which of our actions an action id stands for, the number of a button left off; None for another's."""
    if action_id in ACTIONS or action_id == OPEN:
        return action_id
    numbered = _NUMBERED.fullmatch(action_id)
    return numbered[1] if numbered and numbered[1] in ACTIONS else None
