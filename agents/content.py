"""What people say and attach, as AutoGen's message content: text, or text and image parts in OpenAI's shape."""

from __future__ import annotations

import base64
import itertools
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.domain import Attachment

INLINE_CHARS = 20_000
"""A longer text file is named, not quoted: it would push everything else out of the model's context."""
NAME_BYTES = 190
"""Of a file's name in the work folder, with room for a number behind it."""
_TEXTS = ("application/json", "application/xml", "application/yaml", "application/x-yaml", "application/toml")
_TEXTS_END = ("+json", "+xml", "+yaml")

Content = str | list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whether a run's models are given the images that people attach: decided when it begins, and kept."""

    images: bool
    why: str = ""
    """Why they are not; empty: not said, as runs were told that began before this was decided."""


def content_of(text: str, attachments: Sequence[Attachment], *, sees_images: bool, why: str = "") -> Content:
    """Return a message's content: text, or text and image parts where the team's models see images.

    Text files stand in it quoted under their name; every other file is named, an image with `why` it is not shown.
    """
    texts = [text, *(_in_words(file, sees_images, why) for file in attachments)]
    whole = "\n\n".join(part for part in texts if part)
    images = [_image(file) for file in attachments if sees_images and _is_image(file)]
    return [{"type": "text", "text": whole}, *images] if images else whole


def inputs_of(attachments: Sequence[Attachment]) -> dict[str, bytes]:
    """Return the files that code finds in its work folder, each under a plain relative name of its own."""
    files: dict[str, bytes] = {}
    for file in attachments:
        files[_free(_plain(file.name), files)] = file.data
    return files


def _plain(name: str) -> str:
    """Return a name that leads nowhere else, shows as it is, and is none of those that the sandbox gives scripts."""
    shown = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    path = PurePosixPath(shown.replace("\\", "/"))
    plain = not path.is_absolute() and not any(part == ".." or ":" in part for part in path.parts)
    kept = (str(path) if plain else path.name).strip()
    if kept in ("", ".", ".."):
        return "file"
    return _short(f"attached-{kept}" if kept.startswith("step-") else kept)


def _short(name: str, room: int = NAME_BYTES) -> str:
    """Cut a name to its room in bytes; its ending stays, because it says what the file is."""
    if len(name.encode()) <= room:
        return name
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending.encode()) <= 20 else ""
    stem = PurePosixPath(name).name.removesuffix(ending).encode()[: room - len(ending.encode())]
    return stem.decode(errors="ignore") + ending


def _free(name: str, taken: Collection[str]) -> str:
    """Return the name, numbered where another file of the same message has it, or has it as a folder."""
    path = PurePosixPath(name)
    if any(str(folder) in taken for folder in path.parents):
        path = PurePosixPath(path.name)
    names = (str(path.with_name(f"{path.stem} ({number}){path.suffix}")) for number in itertools.count(2))
    folders = {str(folder) for each in taken for folder in PurePosixPath(each).parents}
    return next(each for each in itertools.chain([str(path)], names) if each not in taken and each not in folders)


def text_of(content: Any) -> str:
    """Return the text of a message's content."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict) and "text" in part)
    return "" if content is None else str(content)


def _in_words(file: Attachment, sees_images: bool, why: str) -> str:
    if _is_image(file) and sees_images:
        return ""
    text = _text(file)
    if text is not None and len(text) <= INLINE_CHARS:
        # Quoted line by line: a fence inside the file must not be taken for code that an agent wrote.
        quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        return f"File {file.name}:\n{quoted}"
    reason = f": {why}" if why and _is_image(file) else ""
    size = f"{file.media_type}, {len(file.data)} bytes"
    return f"File {file.name} ({size}) is attached; its content is not shown here{reason}."


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
