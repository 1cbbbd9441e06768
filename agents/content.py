"""What people say and attach, as AutoGen's message content: text, or text and image parts in OpenAI's shape."""

from __future__ import annotations

import base64
import itertools
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from agents.models.counting import text_tokens
from bot.domain import Attachment

INLINE_CHARS = 20_000
"""A longer text file is named, not quoted, where nobody knows how much the models take."""
SHORT_CHARS = 2_000
"""Text files that are no longer than this together are quoted in any case."""
SHOWN_CHARS = 400
"""Of a text file that is not quoted, so that agents see what it is."""
_SHARE_BESIDE_CODE, _SHARE = 1 / 4, 1 / 2
"""Of what the models take, for the text files of one message: where code can read them, and where nothing else can."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """Which text files of a message are quoted in it: decided once, when the message is met first."""

    places: Collection[int] | None = None
    """Their places among the attachments; None: those of up to INLINE_CHARS, as runs were told that began before."""
    code: bool = False
    """Whether the team runs code, which finds all of them in its work folder."""


def longer_texts(attachments: Sequence[Attachment]) -> bool:
    """Return whether it must be decided which text files are quoted."""
    return sum(len(text) for file in attachments if (text := _text(file))) > SHORT_CHARS


def to_quote(attachments: Sequence[Attachment], room: float | None, *, code: bool) -> list[int]:
    """Return the places of the text files that are quoted, the first ones first.

    Args:
        attachments: The files of one message.
        room: The tokens that the models take; None: not known.
        code: Whether the team runs code.
    """
    texts = {at: text for at, file in enumerate(attachments) if (text := _text(file)) is not None}
    if room is None:
        return [at for at, text in texts.items() if len(text) <= INLINE_CHARS]
    left, chosen = room * (_SHARE_BESIDE_CODE if code else _SHARE), list[int]()
    for at, text in texts.items():
        size = text_tokens(text)
        if size <= left:
            chosen.append(at)
            left -= size
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who reads what people attach."""

    models: tuple[str, ...]
    """By their names in the team's file; all of them see the same messages."""
    code: bool
    """Whether the team runs code."""


def content_of(
    text: str,
    attachments: Sequence[Attachment],
    *,
    sees_images: bool,
    why: str = "",
    quoting: Quoting = Quoting(),
) -> Content:
    """Return a message's content: text, or text and image parts where the team's models see images.

    Text files stand in it quoted under their name, or with where code finds them; every other file is named, an image
    with `why` it is not shown.
    """
    placed = [*inputs_of(attachments)]
    longest = INLINE_CHARS if quoting.places is None else None
    words = [
        _in_words(file, sees_images, why, longest)
        if _quoted(at, file, quoting)
        else _placed(file, placed[at], quoting.code)
        for at, file in enumerate(attachments)
    ]
    texts = [text, *words]
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


def _quoted(at: int, file: Attachment, quoting: Quoting) -> bool:
    """Return whether a file is spoken of as files always were: a text that is not quoted is not."""
    return quoting.places is None or at in quoting.places or _text(file) is None


def _in_words(file: Attachment, sees_images: bool, why: str, longest: int | None) -> str:
    if _is_image(file) and sees_images:
        return ""
    text = _text(file)
    if text is not None and (longest is None or len(text) <= longest):
        return f"File {file.name}:\n{_lines(text)}"
    reason = f": {why}" if why and _is_image(file) else ""
    return f"File {file.name} ({_size(file)}) is attached; its content is not shown here{reason}."


def _placed(file: Attachment, place: str, code: bool) -> str:
    """Return what agents read of a text file that is too long for them (fixed by the format of pins 5)."""
    shown = (_text(file) or "")[:SHOWN_CHARS]
    if code:
        where = f"Read it with code: it lies in the work folder as {place!r}."
    else:
        where = "Nobody of this team runs code that could read it; ask for the part that matters."
    return (
        f"File {file.name} ({_size(file)}) is attached; it is too long to be shown here whole. {where} "
        f"It begins with:\n{_lines(shown)}"
    )


def _lines(text: str) -> str:
    # Quoted line by line: a fence inside the file must not be taken for code that an agent wrote.
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _size(file: Attachment) -> str:
    return f"{file.media_type}, {len(file.data)} bytes"


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
