"""The names by which our own buttons, menus, forms and messages are known again when Discord hands them back. Pure.

A custom id is `run:<request>:<action>:<item>:<nonce>`. The nonce is made of the exact bytes that the card shows, so a
press on a card about other bytes fits no request.
"""

from __future__ import annotations

import hashlib
import math
import re
from datetime import UTC, datetime

from adapters.chat.handling.about import About, Action, nonce
from bot.domain import InputRequest, RequestId

ADAPTER = "discord"
"""The first part of our threads' addresses."""
DIRECT = "dm"
"""What stands for the workspace of direct messages."""
RUN_HERE = "Run a team on this"
"""The message command's name, in English; Discord shows its localisation."""

CUSTOM_ID = re.compile(
    r"run:(?P<request>[0-9a-z_-]{1,40}):(?P<action>[a-z]{2,10}):(?P<item>[0-9]{1,4}|-):(?P<nonce>[0-9a-f]{16})"
    r"|pull:(?P<model>[^\s]{1,90})"
)
"""What discord.py finds our buttons, menus and forms by."""
_PULL = "pull:"
LONGEST_MODEL = 90
"""Characters of a model's name for which a custom id has room."""
_FORGET = "run:all:forget:-:"
_LAST = 1 << 47
"""Milliseconds that are a time."""
_ACTIONS = frozenset(each.value for each in Action)


def custom_id(request: InputRequest, action: Action, item: int | None = None) -> str:
    """Return the custom id of a button or form about a request, or about one of its items (from 1)."""
    return f"run:{request.id}:{action.value}:{'-' if item is None else item}:{nonce(request)}"


def read_custom_id(text: str) -> tuple[Action, About] | None:
    """Read a custom id back; None: it is none of ours."""
    found = CUSTOM_ID.fullmatch(text)
    if found is None or found["action"] not in _ACTIONS:
        return None
    item = None if found["item"] == "-" else int(found["item"])
    return Action(found["action"]), About(request=RequestId(found["request"]), nonce=found["nonce"], item=item)


def forget_id(asked_at: datetime) -> str:
    """Return the custom id of the button that deletes what was begun before this time."""
    return f"{_FORGET}{math.ceil(asked_at.timestamp() * 1000):016x}"


def read_forget(text: str) -> datetime | None:
    """Read that custom id back; None: it is another one."""
    if not (text.startswith(_FORGET) and CUSTOM_ID.fullmatch(text)):
        return None
    milliseconds = int(text.removeprefix(_FORGET), 16)
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds < _LAST else None


def pull_id(model: str) -> str:
    """Return the custom id of the button that has a model pulled, if whoever presses it may."""
    return f"{_PULL}{model}"


def read_pull(text: str) -> str:
    """Read that custom id back; empty: it is another one."""
    return text.removeprefix(_PULL) if text.startswith(_PULL) and CUSTOM_ID.fullmatch(text) else ""


def post_nonce(key: str, part: int) -> str:
    """Return the nonce of one part of a post: the same for ever, and at most Discord's 25 characters."""
    return hashlib.sha256(f"{key}/{part}".encode()).hexdigest()[:25]
