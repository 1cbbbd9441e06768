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
    return await _settled(s)


def wait(s: Sending, text: str, *, path: str = "chat") -> None:
    """Say what the agent waits for."""
    s.out.previews.status(s.ref, path, "coder", text)


def told(s: Sending) -> list[str]:
    """Return the messages without the signs that a preview goes on or that its words are the bot's own."""
    return [text.removeprefix("-# ") for text in said(s)]


async def waiting(s: Sending, text: str = "in the queue", *, path: str = "chat") -> str:
    """Have what an agent waits for shown and return its message's id."""
    wait(s, text, path=path)
    return await _settled(s)


async def _settled(s: Sending) -> str:
    """Let the time pass until what was said is shown; return the newest message's id."""
    await s.pass_time(1)
    await s.pass_time(1.5)
    return (s.ids or [""])[-1]
