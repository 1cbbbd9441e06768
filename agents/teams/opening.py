"""What a run begins with, as messages: the person's words, their attachments, and the history of earlier runs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from bot.domain import Attachment, Opening

INLINE_CHARS = 20_000
"""A longer text file is named, not quoted: it would push everything else out of the model's context."""
_TEXTS = ("application/json", "application/xml", "application/yaml", "application/x-yaml", "application/toml")
_TEXTS_END = ("+json", "+xml", "+yaml")

Content = str | list[dict[str, Any]]


def content_of(opening: Opening, *, sees_images: bool) -> Content:
    """Return the first message's content: text, or text and image parts where the team's models see images.

    Text files stand in it quoted under their name; every other file is named.
    """
    texts = [opening.text, *(_in_words(file, sees_images) for file in opening.attachments)]
    text = "\n\n".join(part for part in texts if part)
    images = [_image(file) for file in opening.attachments if sees_images and _is_image(file)]
    return [{"type": "text", "text": text}, *images] if images else text


def spoken(history: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what of a history is worth telling: a person's `exit` ended a chat and says nothing in the next one."""
    said = [one for one in history if text_of(one.get("content")).strip()]
    return [one for one in said if one.get("role") != "user" or text_of(one.get("content")).strip().lower() != "exit"]


def transcript(history: Sequence[Mapping[str, Any]]) -> str:
    """Return the history as one text, for chats that take it as carry-over."""
    lines = [f"{said.get('name') or said.get('role')}: {text_of(said.get('content'))}" for said in spoken(history)]
    return "\n\n".join(lines)


def inputs_of(opening: Opening) -> dict[str, bytes]:
    """Return the attachments that code finds in its work folder, by plain file names."""
    files: dict[str, bytes] = {}
    for file in opening.attachments:
        name = PurePosixPath(file.name.replace("\\", "/")).name
        if name and name not in (".", "..") and not name.startswith("step-") and len(name.encode()) <= 200:
            files[name.replace("\0", "")] = file.data
    return files


def text_of(content: Any) -> str:
    """Return the text of a message's content."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict) and "text" in part)
    return "" if content is None else str(content)


def _in_words(file: Attachment, sees_images: bool) -> str:
    if _is_image(file) and sees_images:
        return ""
    text = _text(file)
    if text is not None and len(text) <= INLINE_CHARS:
        # Quoted line by line: a fence inside the file must not be taken for code that an agent wrote.
        quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        return f"File {file.name}:\n{quoted}"
    return f"File {file.name} ({file.media_type}, {len(file.data)} bytes) is attached; its content is not shown here."


def _text(file: Attachment) -> str | None:
    kind = file.media_type.split(";")[0].strip().lower()
    if not (kind.startswith("text/") or kind in _TEXTS or kind.endswith(_TEXTS_END)):
        return None
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _is_image(file: Attachment) -> bool:
    return file.media_type.startswith("image/")


def _image(file: Attachment) -> dict[str, Any]:
    data = base64.b64encode(file.data).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:{file.media_type};base64,{data}"}}
