"""Answers to an interaction: private words to whoever used it, and the message that stands for the words of `/ask`.

They are good for 15 minutes. Private answers are decoration: whatever happened is recorded and shows in the thread, so
nothing of them raises, and one that may have been shown is not repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import discord
import structlog
from discord.http import Route

from adapters.discord.events.intents import Asked, ForgetConfirmed, Pressed, PullPressed, Submitted
from adapters.discord.rendering.parts import MOST_CONTENT, Button, Style, size
from adapters.discord.web.messages import EPHEMERAL, LOADING, NOBODY, QUIET
from adapters.discord.web.refusals import (
    UNKNOWN_MESSAGE,
    DiscordRefusedError,
    Doing,
    code_of,
    translated,
)
from adapters.text import split
from bot.domain import Json
from bot.errors import PostRefusedError, RetryLaterError

SECONDS = 20.0
"""For one private answer, all its requests together."""
ORIGINAL = "/messages/@original"

_STYLES: dict[Style, int] = {"primary": 1, "secondary": 2, "danger": 4}
_ROW, _BUTTON = 1, 2

log = structlog.get_logger()


class Answers:
    """Answers interactions that were deferred, whichever way: Discord itself tells what stands there already."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def tell(self, asked: Asked, text: str, *, buttons: Sequence[Button] = ()) -> bool:
        """Tell whoever asked something that nobody else sees; say whether it is known to be shown. Never raises.

        A public placeholder is taken away before, one that stands for somebody's words is not. Without words, only the
        placeholder goes. Buttons stand below the last words.
        """
        try:
            async with asyncio.timeout(SECONDS):
                await self._tell(asked, text, buttons)
        except (RetryLaterError, PostRefusedError, OSError) as error:
            log.info("discord.answer_lost", interaction=asked.id, error=type(error).__name__, code=code_of(error))
            return False
        return True

    async def stand(self, asked: Asked, content: str) -> str | None:
        """Let the response stand for what was asked, and return its message's id; None: it cannot be (any more).

        It may be repeated: the same message then shows the same words.

        Raises:
            RetryLaterError: Not now.
            ConnectionError: Whether it was done is not known.
        """
        try:
            shown = await self._call("PATCH", asked, ORIGINAL, {"content": content, "flags": QUIET.value})
        except PostRefusedError as error:
            log.info("discord.cannot_stand", interaction=asked.id, code=code_of(error))
            return None
        return None if shown.get("flags", 0) & EPHEMERAL else str(shown["id"])

    async def _tell(self, asked: Asked, text: str, buttons: Sequence[Button]) -> None:
        # Discord counts UTF-16 units: at most two per character.
        most = MOST_CONTENT if size(text) == len(text) else MOST_CONTENT // 2
        parts: list[Json] = [{"content": part} for part in split(text, most) if part.strip()]
        if buttons and parts:
            parts[-1]["components"] = [_row(buttons)]
        placeholder = await self._placeholder(asked)
        if placeholder is not None:
            private = placeholder.get("flags", 0) & EPHEMERAL
            if private and parts:
                await self._call("PATCH", asked, ORIGINAL, parts.pop(0) | {"flags": QUIET.value})
            else:
                await self._call("DELETE", asked, ORIGINAL)
        for part in parts:
            await self._call("POST", asked, "", part | {"flags": QUIET.value | EPHEMERAL})

    async def _placeholder(self, asked: Asked) -> Json | None:
        """Return what Discord shows while it waits for the answer; None: nothing, or a message that has words."""
        if isinstance(asked, Pressed | ForgetConfirmed | PullPressed | Submitted):
            return None
        try:
            shown = await self._call("GET", asked, ORIGINAL)
        except DiscordRefusedError as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return None
        return shown if shown.get("flags", 0) & LOADING else None

    async def _call(self, method: str, asked: Asked, path: str, message: Json | None = None) -> Json:
        application = self._client.application_id
        route = Route(
            method, "/webhooks/{webhook_id}/{webhook_token}" + path, webhook_id=application, webhook_token=asked.token
        )
        given: dict[str, Any] = {}
        if message is not None:
            given = {"json": message | {"allowed_mentions": NOBODY.to_dict()}}
        with translated(Doing.POST):
            answer = await self._client.http.request(route, **given)
        return answer if isinstance(answer, dict) else {}


def _row(buttons: Sequence[Button]) -> Json:
    made = [
        {"type": _BUTTON, "style": _STYLES[each.style], "label": each.label, "custom_id": each.custom_id}
        for each in buttons
    ]
    return {"type": _ROW, "components": made}
