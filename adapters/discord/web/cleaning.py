"""What leaves for people to see goes without secrets: one place for all of the library's requests.

The library sends in two ways: by its HTTP client, and answers to interactions by what stands in a context variable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.ports import Redact

PAYLOAD = "payload_json"
"""The part of a form that is the message; the others are its files."""


def clean_requests(client: discord.Client, redact: Redact) -> None:
    """Have whatever the client sends over HTTP cleaned."""
    request = client.http.request

    async def cleaned(
        route: Route,
        *,
        files: Sequence[discord.File] | None = None,
        form: Iterable[dict[str, Any]] | None = None,
        **given: Any,
    ) -> Any:
        if "json" in given:
            given["json"] = redact.value(given["json"])
        if form is not None:
            form = [_part(part, redact) for part in form]
        return await request(route, files=files, form=form, **given)

    client.http.request = cleaned  # type: ignore[method-assign] # the one way that all its requests take


def clean_answers(redact: Redact) -> None:
    """Have what the library answers to interactions cleaned, in this task and those that it begins."""
    async_context.set(_CleanAnswers(redact))


class _CleanAnswers(AsyncWebhookAdapter):
    """Sends what the library itself answers to interactions: forms, completions, first words."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # the library left it untyped
        self._redact = redact

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        payload: dict[str, Any] | None = None,
        multipart: list[dict[str, Any]] | None = None,
        **given: Any,
    ) -> Any:
        """Send an answer without secrets."""
        if multipart is not None:
            multipart = [_part(part, self._redact) for part in multipart]
        payload = self._redact.value(payload) if payload is not None else None
        return await super().request(route, session, payload=payload, multipart=multipart, **given)


def _part(part: dict[str, Any], redact: Redact) -> dict[str, Any]:
    """Return a part of a form without secrets: the message, or a file."""
    value = part["value"]
    if part["name"] == PAYLOAD:
        message = json.loads(value)
        clean = redact.value(message)
        return part if clean is message else part | {"value": json.dumps(clean)}
    if isinstance(value, BytesIO):
        _clean_file(value, redact)
    return part | {"filename": redact.text(part["filename"])} if "filename" in part else part


def _clean_file(file: BytesIO, redact: Redact) -> None:
    """Clean a file in its place: the library goes back to its beginning when it repeats a request."""
    data = file.getvalue()
    clean = redact.data(data)
    if clean is not data:
        file.seek(0)
        file.truncate()
        file.write(clean)
        file.seek(0)
