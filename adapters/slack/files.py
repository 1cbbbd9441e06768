"""Files that people attach: fetched from Slack's own hosts only, within limits; the rest is named with the reason.

Nothing is unpacked or decoded here. A file that cannot be had never costs the message it came with.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urljoin

import aiohttp
import structlog
from yarl import URL

from adapters.slack.api import SlackApi
from adapters.slack.events.intents import SharedFile
from adapters.slack.events.payload import text_at
from adapters.slack.installations import is_out
from bot.domain import Attachment
from bot.errors import PostRefusedError, RetryLaterError

MOST_BYTES = 10 * 2**20
"""Of one file."""
MOST_BYTES_TOGETHER = 20 * 2**20
MOST_FILES = 10
SECONDS = 60.0
"""For one file, all tries together."""
TRIES = 3
REDIRECTS = 3
NAME_LENGTH = 80

SLACK_HOSTS = ("files.slack.com",)
SLACK_DOMAINS = (".slack-edge.com",)
_BINARY = ("image/", "audio/", "video/", "font/")
_GONE = ("tombstone", "hidden_by_limit")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that was not read."""

    name: str
    text_id: str
    """The sentence of the catalogue that says why."""


class _NotReadError(Exception):
    """Why a file is not read, as the sentence's id."""


class Files:
    """Fetches what people attach."""

    def __init__(self, api: SlackApi, session: aiohttp.ClientSession, *, api_url: str, proxy: str = "") -> None:
        self._api = api
        self._session = session
        self._api_url = URL(api_url)
        self._proxy = proxy or None

    async def read(self, workspace: str, files: Sequence[SharedFile]) -> tuple[list[Attachment], list[Unread]]:
        """Return the files, and those that were not read with the reason.

        Raises:
            ThreadGoneError: The bot is not in this workspace any more.
        """
        read: list[Attachment] = []
        unread: list[Unread] = []
        room = MOST_BYTES_TOGETHER
        for number, file in enumerate(files):
            name = clean_name(file.name)
            try:
                data, media_type = await self._fetch(workspace, file, room if number < MOST_FILES else 0)
            except _NotReadError as error:
                unread.append(Unread(name=name, text_id=str(error)))
                continue
            room -= len(data)
            read.append(Attachment(name=name, media_type=kind_of(media_type, data), data=data))
        return read, unread

    async def _fetch(self, workspace: str, file: SharedFile, room: int) -> tuple[bytes, str]:
        """Return a file's bytes and type, or raise why not."""
        if room <= 0:
            raise _NotReadError("slack_file_too_many")
        try:
            async with asyncio.timeout(SECONDS):
                url, media_type = await self._place(workspace, file)
                return await self._tried(workspace, url, media_type, min(room, MOST_BYTES)), media_type
        except (TimeoutError, RetryLaterError, aiohttp.ClientError, OSError) as error:
            log.warning("file.not_read", file=file.id, error=type(error).__name__)
            raise _NotReadError("slack_file_failed") from error

    async def _place(self, workspace: str, file: SharedFile) -> tuple[str, str]:
        if file.mode in _GONE:
            raise _NotReadError("slack_file_gone")
        if file.mode == "external":
            raise _NotReadError("slack_file_external")
        if file.size > MOST_BYTES:
            raise _NotReadError("slack_file_too_large")
        if file.url:
            return file.url, file.media_type
        # In shared channels Slack names only the file's id and leaves the rest to be asked for.
        try:
            answer = await self._api.call(workspace, "files.info", file=file.id)
        except PostRefusedError as error:
            if is_out(error):
                raise
            raise _NotReadError("slack_file_no_access") from error
        found = answer.get("file") or {}
        url = text_at(found, "url_private_download") or text_at(found, "url_private")
        if not url:
            raise _NotReadError("slack_file_no_access")
        return url, text_at(found, "mimetype") or file.media_type

    async def _tried(self, workspace: str, url: str, media_type: str, most: int) -> bytes:
        for left in range(TRIES - 1, -1, -1):
            try:
                return await self._download(workspace, url, media_type, most)
            except (aiohttp.ClientError, OSError):
                if not left:
                    raise
            await asyncio.sleep(1)
        raise AssertionError("the last try returns or raises")

    async def _download(self, workspace: str, url: str, media_type: str, most: int) -> bytes:
        token = await self._api.token(workspace)
        for _ in range(REDIRECTS + 1):
            # Checked again for each redirect: the token goes nowhere else, and neither do we.
            if not allowed(url, self._api_url):
                raise _NotReadError("slack_file_no_access")
            headers = {"Authorization": f"Bearer {token}"}
            async with self._session.get(url, headers=headers, proxy=self._proxy, allow_redirects=False) as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    url = urljoin(url, answer.headers.get("Location", ""))
                    continue
                self._check(answer, media_type)
                return await _within(answer.content, most)
        raise _NotReadError("slack_file_no_access")

    def _check(self, answer: aiohttp.ClientResponse, media_type: str) -> None:
        if answer.status in (401, 403, 404, 410):
            raise _NotReadError("slack_file_no_access")
        answer.raise_for_status()
        # Without the scope Slack answers 200 with its login page.
        if answer.content_type == "text/html" and media_type != "text/html":
            raise _NotReadError("slack_file_no_access")


async def _within(content: aiohttp.StreamReader, most: int) -> bytes:
    """Read a body that may be longer than was said, up to a limit."""
    data = bytearray()
    async for chunk in content.iter_chunked(65536):
        data += chunk
        if len(data) > most:
            raise _NotReadError("slack_file_too_large")
    return bytes(data)


def allowed(url: str, api_url: URL) -> bool:
    """Whether a file may be fetched from there with the workspace's token: Slack's own hosts, over TLS.

    With another address of the Web API, that very origin counts too: it is Slack's for this process.
    """
    try:
        place = URL(url)
        origin = place.origin()
    except ValueError:
        return False
    if place.user is not None or place.password is not None:
        return False
    if origin == api_url.origin():
        return True
    host = (place.host or "").lower()
    ours = host in SLACK_HOSTS or host.endswith(SLACK_DOMAINS)
    return place.scheme == "https" and place.port == 443 and ours


def clean_name(name: str) -> str:
    """Return a file's name as it may be shown and written: no folders, no control or direction characters, short."""
    plain = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    last = PurePosixPath(plain.replace("\\", "/")).name.strip()
    if last in ("", ".", ".."):
        return "file"
    if len(last) <= NAME_LENGTH:
        return last
    ending = PurePosixPath(last).suffix[:16]
    return last[: NAME_LENGTH - len(ending)] + ending


def kind_of(media_type: str, data: bytes) -> str:
    """Return a file's type: whatever is text is called so, because Slack's names for code are many."""
    kind = media_type.split(";", 1)[0].strip().lower() or "application/octet-stream"
    if kind.startswith(("text/", *_BINARY)) or b"\0" in data:
        return kind
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return kind
    return "text/plain"
