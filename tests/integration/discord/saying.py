"""What the tests of live previews say, and see of it."""

from __future__ import annotations

from typing import Any

from bot.domain import ThreadRef
from tests.integration.discord.sending import Sending

FAULTS: dict[str, dict[str, Any]] = {
    "cut before": {"kind": "drop"},
    "cut after": {"kind": "accept_then_drop"},
    "502 before": {"kind": "status", "status": 502},
    "502 after": {"kind": "accept_then_status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "429": {"kind": "ratelimited", "retry_after": 3.0, "via": False},
}


def say(s: Sending, text: str, *, path: str = "chat", thread: ThreadRef | None = None) -> None:
    s.out.previews.preview(thread or s.ref, path, "coder", text)


def said(s: Sending) -> list[str]:
    """Return the messages without the sign that a preview goes on."""
    return [text.removesuffix("-# …").strip() for text in s.texts]


async def shown(s: Sending, text: str = "so far", *, path: str = "chat") -> str:
    """Have a preview shown and return its id."""
    say(s, text, path=path)
    await s.pass_time(1)
    await s.pass_time(1.5)
    return str(s.seen[-1].id) if s.seen else ""
