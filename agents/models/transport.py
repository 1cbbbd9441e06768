"""HTTP/1.1 for httpx by aiohttp: the requests, answers and errors are httpx's, the work on the wire is not.

Its parser is compiled, and finding a connection among hundreds costs it nothing: two hundred conversations in flight
take a third of the processor's time that httpx's own transport takes for them.
"""

from __future__ import annotations

import io
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpx
from yarl import URL

_LARGE = 2**20
"""Bodies above this are written piece by piece, so that an image does not stall the loop."""


_HEADER = 2**16
"""The longest line of a head that is read; the library's own limit is shorter than what proxies send."""


class AioTransport(httpx.AsyncBaseTransport):
    """Sends requests over connections that are kept as long as the limits say; nothing is opened before the first."""

    def __init__(self, limits: httpx.Limits, context: ssl.SSLContext) -> None:
        """Take how many connections, and whom to trust."""
        self._limits = limits
        self._context = context
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, whose body is still to come.

        A server may close a connection that it had announced to keep, just when it is used again. Then nothing of an
        answer has come, and the request is sent once more, at last on a connection of its own.

        Raises:
            httpx.TransportError: There is no answer.
        """
        await request.aread()
        with _translating():
            response = await self._answer(request)
        return httpx.Response(
            status_code=response.status,
            headers=response.raw_headers,
            stream=_Body(response),
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": (response.reason or "").encode()},
        )

    async def _answer(self, request: httpx.Request) -> aiohttp.ClientResponse:
        content, encoding = request.content, request.headers.encoding
        while True:
            sending = _Sending()
            try:
                return await self._opened().request(
                    request.method,
                    _address(request),
                    headers=[(name.decode(encoding), value.decode(encoding)) for name, value in request.headers.raw],
                    data=(io.BytesIO(content) if len(content) > _LARGE else content) or None,
                    allow_redirects=False,
                    timeout=_timeout(request),
                    trace_request_ctx=sending,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                if not sending.reuses:
                    raise

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # What httpx does is not done twice: redirects, cookies, unpacking, proxies and headers are its own.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._limits.max_connections or 0,
                    keepalive_timeout=self._limits.keepalive_expiry,
                    ssl=self._context,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                auto_decompress=False,
                max_line_size=_HEADER,
                max_field_size=_HEADER,
                trace_configs=[_noting_reuse()],
            )
        return self._session


@dataclass(slots=True)
class _Sending:
    """What is known of one request on its way."""

    reuses: bool = False
    """Whether it goes over a connection that was used before."""


def _noting_reuse() -> aiohttp.TraceConfig:
    async def reused(_session: aiohttp.ClientSession, context: SimpleNamespace, _what: object) -> None:
        context.trace_request_ctx.reuses = True

    config = aiohttp.TraceConfig()
    config.on_connection_reuseconn.append(reused)
    return config


class _Body(httpx.AsyncByteStream):
    """An answer's body as it arrives."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translating():
            async for data in self._response.content.iter_any():
                yield data

    async def aclose(self) -> None:
        """Let the connection go; one whose body was left unread is closed, so that the server hears of it."""
        self._response.close()


def _address(request: httpx.Request) -> URL:
    """Return where it goes; a name and key in the address are in its headers by now."""
    url = request.url.copy_with(userinfo=b"") if request.url.userinfo else request.url
    return URL(str(url), encoded=True)


def _timeout(request: httpx.Request) -> aiohttp.ClientTimeout:
    seconds = request.extensions.get("timeout", {})
    return aiohttp.ClientTimeout(
        total=None, connect=seconds.get("pool"), sock_connect=seconds.get("connect"), sock_read=seconds.get("read")
    )


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise translate(error) from error


def translate(error: Exception) -> httpx.TransportError:
    """Say in httpx's errors, and in its words where it has some, what aiohttp met."""
    for kind, told in _TOLD:
        if isinstance(error, kind):
            return told(error)
    return httpx.ReadError(str(error))


_CUT = "peer closed connection without sending complete message body"
_TOLD: tuple[tuple[type[Exception], Callable[[Any], httpx.TransportError]], ...] = (
    (aiohttp.ClientConnectorCertificateError, lambda error: httpx.ConnectError(str(error.certificate_error))),
    (aiohttp.ClientConnectorSSLError, lambda error: httpx.ConnectError(str(error.os_error))),
    (aiohttp.ClientConnectorDNSError, lambda error: httpx.ConnectError(str(error.os_error))),
    (aiohttp.ClientConnectorError, lambda _: httpx.ConnectError("All connection attempts failed")),
    (aiohttp.SocketTimeoutError, lambda _: httpx.ReadTimeout("")),
    (TimeoutError, lambda _: httpx.ConnectTimeout("")),
    (
        aiohttp.ServerDisconnectedError,
        lambda _: httpx.RemoteProtocolError("Server disconnected without sending a response."),
    ),
    (aiohttp.ClientPayloadError, lambda _: httpx.RemoteProtocolError(_CUT)),
    (aiohttp.ClientResponseError, lambda error: httpx.RemoteProtocolError(error.message)),
)
"""The more special one first."""
