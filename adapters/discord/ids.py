"""The names by which our own buttons, menus, forms and messages are known again when Discord hands them back. Pure.

A custom id is `run:<request>:<action>:<item>:<nonce>`. The nonce is made of the exact bytes that the card shows, so a
press on a card about other bytes fits no request.
"""

from __future__ import annotations

import hashlib
import re

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
)
"""What discord.py finds our buttons, menus and forms by."""
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


def post_nonce(key: str, part: int) -> str:
    """Return the nonce of one part of a post: the same for ever, and at most Discord's 25 characters."""
    return hashlib.sha256(f"{key}/{part}".encode()).hexdigest()[:25]
