"""The names by which our own buttons, forms and messages are known again when Slack hands them back. Pure.

A button's value is only a request's id, a nonce and an item's number. The nonce is made of the exact bytes that the
card shows, so a press on a card about other bytes fits no request.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass

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

ACTIONS = frozenset({APPROVE, REJECT, EDIT, STOP, CHOOSE, EMPTY, EXIT, OPEN})

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
_VALUE = re.compile(r"([0-9a-f]{16}) ([0-9]{1,4}|-) ([^\s]{1,1000})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a button, a menu or a form of ours says it is about; whether that is so, `fits` tells."""

    request: RequestId
    nonce: str
    item: int | None = None
    """From 1: an item of an approval or an option of a choice; None: all of it."""

    def fits(self, request: InputRequest | None) -> bool:
        """Whether it was made for exactly this request, its bytes and an item that exists."""
        if request is None or request.id != self.request:
            return False
        count = len(request.items) or len(request.choices)
        exists = self.item is None or 1 <= self.item <= count
        return exists and hmac.compare_digest(self.nonce, nonce(request))


def nonce(request: InputRequest) -> str:
    """Return what stands for a request's exact bytes: 16 hexadecimal digits."""
    bound = [request.id, [item.sha256 for item in request.items], list(request.choices)]
    return hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:16]


def button_value(request: InputRequest, item: int | None = None) -> str:
    """Return the value of a button about a request, or about one of its items (from 1)."""
    return f"{nonce(request)} {'-' if item is None else item} {request.id}"


def read_value(text: str) -> Pressed | None:
    """Read a button's value back; None for what `button_value` never makes."""
    found = _VALUE.fullmatch(text)
    if found is None:
        return None
    item = None if found[2] == "-" else int(found[2])
    return Pressed(request=RequestId(found[3]), nonce=found[1], item=item)


def action_of(action_id: str) -> str | None:
    """Return which of our actions an action id stands for, the number of a button left off; None for another's."""
    if action_id in ACTIONS:
        return action_id
    numbered = _NUMBERED.fullmatch(action_id)
    return numbered[1] if numbered and numbered[1] in ACTIONS else None
