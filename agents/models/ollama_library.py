"""Ollama's async client by its publisher, with what it lacks: a field, headers, bodies, and errors that are ours.

It reads OLLAMA_HOST while it is imported, and fails there where that is no address.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

import httpx
import ollama

from agents.models.connections import LIMITS, LOOPBACK, Patience, RedirectedError, stay
from agents.models.failures import (
    ContextOverflowError,
    ModelError,
    Refusal,
    error_of,
    overflow_of,
    redirected,
    unreachable,
)
from agents.models.ollama_host import OllamaHost


class RefusedError(Exception):
    """An answer with an error status, with all that the client library drops: headers and the whole body."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.text = response.text
        self.headers = dict(response.headers)


async def _refuse(response: httpx.Response) -> None:
    if response.status_code >= 400:
        await response.aread()
        raise RefusedError(response)


TROUBLE = (ollama.ResponseError, RefusedError, RedirectedError, httpx.HTTPError, ValueError)
"""What the client raises where there is no answer."""


class Library(ollama.AsyncClient):
    """Ollama's client for one host."""

    def __init__(self, host: OllamaHost, patience: Patience) -> None:
        super().__init__(
            host=host.url,
            headers=dict(host.headers),
            timeout=patience.timeout,
            limits=LIMITS,
            mounts=LOOPBACK,
            event_hooks={"response": [stay, _refuse]},
        )

    async def untruncated(self, body: dict[str, Any]) -> AsyncGenerator[ollama.ChatResponse, None]:
        """Stream a chat that is refused, not silently shortened, when it is too long."""
        # `truncate` (server 0.12.4) is no parameter of the library's chat(); its request below is what chat() uses.
        stream = await self._request(
            ollama.ChatResponse, "POST", "/api/chat", json={**body, "stream": True, "truncate": False}, stream=True
        )
        async with aclosing(cast("AsyncGenerator[ollama.ChatResponse, None]", stream)) as parts:
            async for part in parts:
                yield part

    async def pulling(self, model: str) -> AsyncGenerator[dict[str, Any], None]:
        """Stream a pull: what the host fetches, as the objects that it sends."""
        stream = await self.pull(model, stream=True)
        async with aclosing(cast("AsyncGenerator[ollama.ProgressResponse, None]", stream)) as steps:
            async for step in steps:
                yield step.model_dump()

    async def fetch(self, method: str, path: str, seconds: float, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask one of the small questions and return the answer's object, with the fields the library drops."""
        # A host that is gone is told by the connection, however long its answer may take.
        connect = min(seconds, self._client.timeout.connect or seconds)
        timeout = httpx.Timeout(seconds, connect=connect)
        response = await self._client.request(method, path, json=body, timeout=timeout)
        answer = response.json()
        return answer if isinstance(answer, dict) else {}


def error_in(error: Exception, host: str, model: str) -> ModelError | ContextOverflowError:
    """Say in our errors what Ollama's client, or the connection below it, met."""
    if isinstance(error, RedirectedError):
        return redirected(host, error.target)
    if isinstance(error, RefusedError):
        refusal = Refusal(
            host=host, model=model, status=error.status, text=error.text, headers=error.headers, native=True
        )
        return overflow_of(refusal) or error_of(refusal)
    if isinstance(error, ollama.ResponseError):
        refusal = Refusal(host=host, model=model, status=0, text=error.error, native=True)
        return overflow_of(refusal) or error_of(refusal)
    if isinstance(error, httpx.HTTPError):
        return unreachable(host, error)
    return unreachable(host, ValueError("it does not speak Ollama's dialect"))
