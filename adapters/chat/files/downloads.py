"""Downloads of attached files: from allowed places only, redirects included, never more than there is room for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from adapters.chat.files.attachments import NotReadError, Share

TRIES = 3
REDIRECTS = 3
NO_ACCESS = "chat_file_no_access"
"""Says that the platform does not let the bot see a file."""
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_REFUSED = frozenset({401, 403, 404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a platform's files are downloaded."""

    session: aiohttp.ClientSession
    allowed: Callable[[str], bool]
    """Whether a file may be fetched from this address with these headers."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxy: str | None = field(default=None, repr=False)
    check: Callable[[aiohttp.ClientResponse], None] = lambda _: None
    """Raises NotReadError for an answer that is no file, whatever its status says."""


def is_allowed(url: str, *, api: URL, is_own: Callable[[str], bool]) -> bool:
    """Whether a platform's file may be fetched from there: over TLS from its own hosts, or where its API is. Pure.

    Args:
        url: Where the file is said to lie.
        api: The address of the API; with another one than the platform's, its origin is the platform's for us.
        is_own: Whether the platform's files lie on a host of this name, in small letters.
    """
    try:
        place = URL(url)
        origin = place.origin()
    except ValueError:
        return False
    if place.user is not None or place.password is not None:
        return False
    if origin == api.origin():
        return True
    return place.scheme == "https" and place.port == 443 and is_own((place.host or "").lower())


async def download(source: Source, url: str, share: Share) -> bytes:
    """Return what lies at an address, tried again where the connection fails.

    Raises:
        NotReadError: It cannot be had.
        aiohttp.ClientError, OSError: It could not be had now.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            return await _once(source, url, share)
        except (aiohttp.ClientError, OSError):
            if not left:
                raise
        await asyncio.sleep(1)
    raise AssertionError("the last try returns or raises")


async def _once(source: Source, url: str, share: Share) -> bytes:
    for _ in range(REDIRECTS + 1):
        # Checked again for each redirect: the headers go nowhere else, and neither do we.
        if not source.allowed(url):
            raise NotReadError(NO_ACCESS)
        get = source.session.get
        async with get(url, headers=source.headers, proxy=source.proxy, allow_redirects=False) as answer:
            if answer.status in _ELSEWHERE:
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status in _REFUSED:
                raise NotReadError(NO_ACCESS)
            answer.raise_for_status()
            source.check(answer)
            return await _within(answer.content, share)
    raise NotReadError(NO_ACCESS)


async def _within(content: aiohttp.StreamReader, share: Share) -> bytes:
    """Read a body that may be longer than was said, as far as it has room."""
    data = bytearray()
    async for chunk in content.iter_chunked(65536):
        data += chunk
        share.hold(len(data))
    return bytes(data)
