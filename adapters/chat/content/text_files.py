"""Texts as files, for what is too long to show. Pure."""

from __future__ import annotations

from bot.domain import Attachment
from bot.texts import say


def as_bytes(text: str) -> bytes:
    """Return the bytes of a text, the same as those that an approval's hash is made of."""
    return text.encode("utf-8", "surrogatepass")


def text_file(name: str, text: str) -> Attachment:
    """Return a text as a file."""
    return Attachment(name=name, media_type="text/plain", data=as_bytes(text))


def in_file(count: int, file: Attachment, language: str) -> str:
    """Return the line that says where all of a text of so many characters is."""
    return say("chat_in_file", language, count=count, name=file.name)
