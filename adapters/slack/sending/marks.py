"""The marks that our messages carry, and what a thread's messages say by them. Pure.

A mark is Slack's message metadata: people don't see it, every reading of a thread shows it. It is what makes a post
findable after an attempt whose answer was lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.chat.sending.live import LeftOver
from adapters.slack.ids import POST_METADATA, PREVIEW_METADATA
from bot.domain import Json


@dataclass(slots=True, kw_only=True)
class Survey:
    """What a thread shows of one post, and what else of ours stands in it."""

    shown: dict[int, str] = field(default_factory=dict)
    """The `ts` of each part that is shown."""
    parts: int = 0
    """How many parts it was to have, as those that are shown say; 0: nothing is shown."""
    files: tuple[str, ...] | None = None
    """The ids of the files that were uploaded for it; None: nothing is shown."""
    shared: set[str] = field(default_factory=set)
    """The ids of all files that the thread shows."""
    twice: list[str] = field(default_factory=list)
    """Messages that show again what an older one shows."""
    previews: list[LeftOver] = field(default_factory=list)
    newest: str = ""
    """The `ts` of the newest post of ours in the thread."""


def post_mark(key: str, *, part: int, parts: int, files: Iterable[str] = ()) -> Json:
    """Return the mark of one part of a post."""
    payload = {"key": key, "part": part, "parts": parts, "files": ",".join(files)}
    return {"event_type": POST_METADATA, "event_payload": payload}


def preview_mark(path: str, preview: str) -> Json:
    """Return the mark of a live preview."""
    return {"event_type": PREVIEW_METADATA, "event_payload": {"path": path, "preview": preview}}


def survey(messages: Iterable[Json], key: str, *, streams: bool = False) -> Survey:
    """Read what messages show of the post with this key.

    Args:
        messages: A thread's messages, oldest first, with their metadata.
        key: The post's key.
        streams: Whether an unmarked reply of a bot is a stream that was broken off: so in direct messages, where no
            other bot speaks and every other reply of ours is marked.
    """
    found = Survey()
    for message in messages:
        ts = str(message.get("ts") or "")
        found.shared |= {str(file.get("id")) for file in message.get("files") or ()}
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        kind = metadata.get("event_type")
        if kind == POST_METADATA:
            found.newest = max(found.newest, ts, key=moment)
            if payload.get("key") == key:
                _note(found, payload, ts)
        elif kind == PREVIEW_METADATA:
            path, preview = str(payload.get("path") or ""), str(payload.get("preview") or "")
            found.previews.append(LeftOver(message=ts, path=path, id=preview, name=message.get("username") or None))
        elif streams and kind is None and _unmarked(message):
            found.previews.append(LeftOver(message=ts, path="", id=ts))
    return found


def own_files(messages: Sequence[Json], ours: str) -> set[str]:
    """Return the names of the files that the author of a message of ours has shown: nobody else's count."""
    author = next((message.get("user") for message in messages if message.get("ts") == ours), None)
    shown = [message for message in messages if author and message.get("user") == author]
    return {str(file.get("name")) for message in shown for file in message.get("files") or ()}


def _note(found: Survey, payload: Json, ts: str) -> None:
    part = _number(payload.get("part"))
    if part in found.shown:
        found.twice.append(ts)
        return
    found.shown[part] = ts
    found.parts = max(found.parts, _number(payload.get("parts")))
    found.files = tuple(str(payload.get("files") or "").split(",")) if payload.get("files") else ()


def _unmarked(message: Json) -> bool:
    replies = message.get("thread_ts") not in (None, message.get("ts"))
    plain = not message.get("files") and message.get("subtype") in (None, "bot_message")
    return replies and plain and bool(message.get("bot_id"))


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def moment(ts: str) -> tuple[int, int]:
    """Return a `ts` as something that can be compared: text would be wrong across a change of length."""
    seconds, _, rest = ts.partition(".")
    return (_number(seconds), _number(rest))
