"""OpenAI's streams as they arrive: the request is sent, and the chunks of its answer are given as JSON objects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import openai

from agents.models.events import Events

_OPTIONS = {"extra_headers": "headers", "extra_query": "params", "extra_body": "extra_json", "timeout": "timeout"}
"""Parameters of a call that are not in the request's body, and what the client calls them."""

_ENDING = 0.05
"""Seconds that a server has for ending an answer after its end mark."""


async def arrivals(
    client: openai.AsyncOpenAI, parameters: dict[str, Any]
) -> AsyncGenerator[list[dict[str, Any]], None]:
    """Stream an answer's chunks as JSON objects, those that arrive together at once.

    The library would look up the type of every part of the request, and make a model object of each chunk. That took
    half of the processor's time that two hundred conversations in flight spent on their models; five fields are read.
    """
    events = Events()
    async with _answering(client, parameters) as response:
        body = response.aiter_bytes()
        async for data in body:
            if chunks := events.take(data):
                yield chunks
            if events.over:
                break
        else:
            if chunks := events.end():
                yield chunks
        if events.broken is not None:
            raise events.broken
        if (error := events.refused) is not None:
            message = error.get("message") if isinstance(error, dict) else error
            raise openai.APIError(str(message or error), response.request, body=error)
        await _until_over(body)


@asynccontextmanager
async def _answering(client: openai.AsyncOpenAI, parameters: dict[str, Any]) -> AsyncIterator[httpx.Response]:
    """Send the request, and let go of its answer afterwards."""
    response = await _asked(client, parameters)
    try:
        yield response
    finally:
        await response.aclose()
        # The two know each other: only a collection of garbage would free them, and stop everything else.
        del response.stream


async def _asked(client: openai.AsyncOpenAI, parameters: dict[str, Any]) -> httpx.Response:
    """Send the request by the library's own way for what it has no types for; what it refuses, it raises."""
    body = {name: value for name, value in parameters.items() if name not in _OPTIONS}
    options: Any = {option: parameters[name] for name, option in _OPTIONS.items() if name in parameters}
    path = "/chat/completions"
    return await client.post(path, cast_to=httpx.Response, body=body, options=options, stream=True)


async def _until_over(body: AsyncIterator[bytes]) -> None:
    """Read past the end mark: a connection whose answer has not ended is not used again."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_ENDING):
            async for _ in body:
                pass
