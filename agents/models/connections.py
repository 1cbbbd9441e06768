"""HTTP connections to model servers: how many, how long, and past which proxies."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from agents.models.ollama_host import named
from agents.models.transport import AioTransport
from bot.errors import RetryLaterError, SettingsError

T = TypeVar("T")

# Measured with 200 conversations in flight: the default of 100 connections queues them, and a large pool of
# kept connections is searched on every request. Model servers let go of an idle connection after five seconds; one that
# is used again until then must not meet them while they do.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=20, keepalive_expiry=2.0)

# A proxy of the environment is for the world outside; a model server on this machine is not behind it.
LOOPBACK: dict[str, httpx.AsyncBaseTransport | None] = {
    "all://127.0.0.1": None,
    "all://localhost": None,
    "all://[::1]": None,
}


def address_of(text: str, port: int) -> str:
    """Return a server's address as a URL: a bare name or number gets the scheme and, without one, the port.

    An address to listen on (`0.0.0.0`, `[::]`), as OLLAMA_HOST often holds, means this machine.

    Raises:
        SettingsError: It is no address.
    """
    scheme, separator, rest = text.strip().rpartition("://")
    rest = f"127.0.0.1{rest}" if not rest or rest.startswith(":") else rest
    try:
        url = httpx.URL(f"{scheme or 'http'}://{rest}")
        _refuse_no_address(url)
    except (httpx.InvalidURL, ValueError) as error:
        sentence = f"{named(text)!r} is no address of a model server ({error}); http://host:port is one."
        raise SettingsError(sentence) from error
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(url.host, url.host)  # noqa: S104 - compared, not bound
    return str(url.copy_with(host=host, port=url.port or (None if separator else port))).rstrip("/")


def _refuse_no_address(url: httpx.URL) -> None:
    """Raise a ValueError for what the HTTP client would only stumble over when it connects."""
    if url.scheme not in ("http", "https"):
        raise ValueError(f"{url.scheme!r} is not http or https")
    if not url.host or not re.fullmatch(r"[\w.:-]+", url.host):
        raise ValueError("it names no host")
    if url.port is not None and not 1 <= url.port <= 65535:
        raise ValueError("a port is a number from 1 to 65535")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a model server may keep us waiting, in seconds."""

    connect: float = 10.0
    first: float = 600.0
    """Until the first piece: a model may have to be loaded, and others served, before."""
    stall: float = 120.0
    """Between two pieces of an answer that has begun."""

    @property
    def timeout(self) -> httpx.Timeout:
        """The same for the HTTP client, which must not give up before we do."""
        return httpx.Timeout(None, connect=self.connect)


class _Cookies(httpx.Cookies):
    """httpx's cookies; looking for some in an answer costs as much as the rest of its head, so it needs a reason."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep what an answer sets."""
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


class _Client(httpx.AsyncClient):
    """httpx's client with our transport, also past a proxy; through one it uses its own."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # What it makes of those that it is given, it keeps here.
        self._cookies = _Cookies()

    # Given as an argument instead, a transport would do away with the environment's proxies.
    def _init_transport(self, *_: Any, **given: Any) -> httpx.AsyncBaseTransport:
        context = httpx.create_ssl_context(verify=given["verify"], cert=given["cert"], trust_env=given["trust_env"])
        return AioTransport(given["limits"], context)


class RedirectedError(Exception):
    """An answer that sends the request to another server: keys in headers would go there, too."""

    def __init__(self, target: str) -> None:
        super().__init__(f"redirects to {target}")
        self.target = target
        """The other server, without path and password."""


async def stay(response: httpx.Response) -> None:
    """Let nothing be sent to another server than the one that was asked; its own TLS is the same server.

    Raises:
        RedirectedError: The answer would have it so.
    """
    if not response.has_redirect_location:
        return
    asked = response.request.url
    try:
        target = asked.join(response.headers["location"])
    except httpx.InvalidURL as error:
        raise RedirectedError("what is no address") from error
    plain, secure = ("http", "https"), (None, None)
    upgraded = (asked.scheme, target.scheme) == plain and (asked.port, target.port) == secure
    if target.host != asked.host or (not upgraded and _door(target) != _door(asked)):
        raise RedirectedError(f"{target.scheme}://{target.netloc.decode('ascii').rpartition('@')[2]}")


def _door(url: httpx.URL) -> tuple[str, int | None]:
    return url.scheme, url.port


def pool(patience: Patience) -> httpx.AsyncClient:
    """Open the connections that the clients of OpenAI's dialect share."""
    hooks = {"response": [stay]}
    return _Client(limits=LIMITS, timeout=patience.timeout, mounts=LOOPBACK, follow_redirects=True, event_hooks=hooks)


async def pieces(stream: AsyncGenerator[T, None], patience: Patience, host: str) -> AsyncGenerator[T, None]:
    """Pass a stream on, and give up when it keeps us waiting too long. However it ends, the stream is closed.

    Raises:
        RetryLaterError: The first piece, or the next one, did not come in time.
    """
    limit, waited_for = patience.first, "the first word"
    async with aclosing(stream):
        while True:
            try:
                async with asyncio.timeout(limit):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                sentence = f"The model server at {host} kept us waiting {limit:g} s for {waited_for}."
                raise RetryLaterError(sentence) from error
            limit, waited_for = patience.stall, "the next word"
            yield piece
