"""What a run begins with, as messages: the person's words, their attachments, and the history of earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.content import Content, Quoting, text_of
from agents.content import content_of as content_with
from bot.domain import Opening


def content_of(
    opening: Opening,
    *,
    sees_images: bool,
    why: str = "",
    quoting: Quoting = Quoting(),  # noqa: B008 - frozen
) -> Content:
    """Return the first message's content; `why` says of an image why it is not shown."""
    return content_with(opening.text, opening.attachments, sees_images=sees_images, why=why, quoting=quoting)


def spoken(history: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what of a history is worth telling: a person's `exit` ended a chat and says nothing in the next one."""
    said = [one for one in history if text_of(one.get("content")).strip()]
    return [one for one in said if one.get("role") != "user" or text_of(one.get("content")).strip().lower() != "exit"]


def transcript(history: Sequence[Mapping[str, Any]]) -> str:
    """Return the history as one text, for chats that take it as carry-over."""
    lines = [f"{said.get('name') or said.get('role')}: {text_of(said.get('content'))}" for said in spoken(history)]
    return "\n\n".join(lines)
