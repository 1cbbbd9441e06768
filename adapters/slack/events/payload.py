"""Looking into JSON that may be anything: what is not there, or is something else, is empty."""

from __future__ import annotations

import re
from typing import Any

from adapters.slack.ids import ADAPTER
from bot.domain import Json, ThreadRef

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_TS = re.compile(r"[0-9]{1,20}\.[0-9]{1,12}")


def at(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def object_at(value: Any, *path: str) -> Json:
    """Return the object at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def objects_at(value: Any, *path: str) -> list[Json]:
    """Return the objects of the list at a path."""
    found = at(value, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text_at(value: Any, *path: str) -> str:
    """Return the text at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def texts_at(value: Any, *path: str) -> tuple[str, ...]:
    """Return the texts of the list at a path."""
    found = at(value, *path)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


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
