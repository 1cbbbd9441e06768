"""Files that people attach: fetched from Discord's own hosts only, within limits; the rest is named with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp
from yarl import URL

from adapters.chat.files.attachments import Share, SharedFile, Unread, read_files
from adapters.chat.files.downloads import Source, download, is_allowed
from bot.domain import Attachment

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})


class Files:
    """Fetches what people attach."""

    def __init__(self, session: aiohttp.ClientSession, *, api_url: str, proxy: str = "") -> None:
        """Fetch files.

        Args:
            session: Without cookies; the caller closes it.
            api_url: Where the REST API is; files may also lie at its origin.
            proxy: The address of an HTTP proxy, where one has to be used.
        """
        api = URL(api_url)
        self._source = Source(session=session, allowed=lambda url: allowed(url, api), proxy=proxy or None)

    async def read(self, files: Sequence[SharedFile]) -> tuple[list[Attachment], list[Unread]]:
        """Return the files, and those that were not read with the reason. Never raises for a file."""
        return await read_files(files, self._fetch, missing=_missing)

    async def _fetch(self, file: SharedFile, share: Share) -> tuple[str, bytes]:
        return file.media_type, await download(self._source, file.url, share)


def _missing(file: SharedFile) -> str:
    return "" if file.url else "chat_file_no_access"


def allowed(url: str, api: URL) -> bool:
    """Whether a file may be fetched from there: Discord's own hosts for files, or where its API is. Pure."""
    return is_allowed(url, api=api, is_own=HOSTS.__contains__)
