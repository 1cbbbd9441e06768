"""What the tests of live previews say, and see of it."""

from __future__ import annotations

from bot.domain import ThreadRef
from tests.integration.chat.sending import Sending


def say(s: Sending, text: str, *, path: str = "chat", thread: ThreadRef | None = None) -> None:
    s.out.previews.preview(thread or s.ref, path, "coder", text)


def said(s: Sending) -> list[str]:
    """Return the messages without the sign that a preview goes on."""
    return [text.removesuffix(s.GOES_ON).strip() for text in s.texts]


async def shown(s: Sending, text: str = "so far", *, path: str = "chat") -> str:
    """Have a preview shown and return its message's id."""
    say(s, text, path=path)
    await s.pass_time(1)
    await s.pass_time(1.5)
    return (s.ids or [""])[-1]
