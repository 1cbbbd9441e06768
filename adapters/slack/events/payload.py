"""Slack's ids and timestamps in JSON that may be anything: what is not well-formed is empty."""

from __future__ import annotations

import re
from typing import Any

from adapters.chat.handling.payload import text_at
from adapters.slack.ids import ADAPTER
from bot.domain import ThreadRef

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_TS = re.compile(r"[0-9]{1,20}\.[0-9]{1,12}")


def id_at(value: Any, *path: str) -> str:
    """Return the id at a path where it is well-formed: it becomes a part of an address."""
    found = text_at(value, *path)
    return found if _ID.fullmatch(found) else ""


def ts_at(value: Any, *path: str) -> str:
    """Return the timestamp at a path where it is well-formed: a message's id in its channel."""
    found = text_at(value, *path)
    return found if _TS.fullmatch(found) else ""


def thread_ref(workspace: str, channel: str, ts: str) -> ThreadRef | None:
    """Return a thread's address where all of it is known."""
    if not (workspace and channel and ts):
        return None
    return ThreadRef(adapter=ADAPTER, workspace=workspace, channel=channel, thread=ts)
