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

from adapters.slack.connecting.installations import is_out
from adapters.slack.events.intents import SharedFile
from adapters.slack.events.payload import text_at
from adapters.slack.web.api import SlackApi
from bot.domain import Attachment
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError

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


@dataclass(slots=True)
class Room:
    """How many bytes the files of one message may still have, all together."""

    left: int


class Share:
    """What one file takes of its message's room: what it is said to have, and more while there is some left."""

    def __init__(self, room: Room, said: int | None) -> None:
        """Take what the file is said to have; None: it is one file too many."""
        self._room = room
        self._held = 0
        self._refusal = "slack_file_too_many" if said is None or room.left <= 0 else ""
        if not self._refusal and not self._take(said or 0):
            self._refusal = "slack_file_too_large"

    def check(self) -> None:
        """Raise why the file has no room."""
        if self._refusal:
            raise _NotReadError(self._refusal)

    def hold(self, size: int) -> None:
        """Have room for so many bytes, or raise."""
        if not self._take(size):
            raise _NotReadError("slack_file_too_large")

    def give_back(self) -> None:
        """Leave the room to the other files."""
        self._room.left += self._held
        self._held = 0

    def _take(self, size: int) -> bool:
        more = max(0, size - self._held)
        if size > MOST_BYTES or more > self._room.left:
            return False
        self._room.left -= more
        self._held += more
        return True


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
        room = Room(MOST_BYTES_TOGETHER)
        # In order and before anything is fetched: which of too many files are read does not depend on how fast each is.
        shares = [Share(room, _said_size(file) if number < MOST_FILES else None) for number, file in enumerate(files)]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._fetch(workspace, file, share))
                    for file, share in zip(files, shares, strict=True)
                ]
        except* ThreadGoneError as errors:
            raise errors.exceptions[0] from None
        found = [task.result() for task in tasks]
        return (
            [each for each in found if isinstance(each, Attachment)],
            [each for each in found if isinstance(each, Unread)],
        )

    async def _fetch(self, workspace: str, file: SharedFile, share: Share) -> Attachment | Unread:
        """Return a file, or why it is not read."""
        name = clean_name(file.name)
        try:
            async with asyncio.timeout(SECONDS):
                url, media_type = await self._place(workspace, file, share)
                data = await self._tried(workspace, url, media_type, share)
            return Attachment(name=name, media_type=kind_of(media_type, data), data=data)
        except _NotReadError as error:
            text_id = str(error)
        except (TimeoutError, RetryLaterError, aiohttp.ClientError, OSError) as error:
            log.warning("file.not_read", file=file.id, error=type(error).__name__)
            text_id = "slack_file_failed"
        share.give_back()
        return Unread(name=name, text_id=text_id)

    async def _place(self, workspace: str, file: SharedFile, share: Share) -> tuple[str, str]:
        if file.mode in _GONE:
            raise _NotReadError("slack_file_gone")
        if file.mode == "external":
            raise _NotReadError("slack_file_external")
        share.check()
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

    async def _tried(self, workspace: str, url: str, media_type: str, share: Share) -> bytes:
        for left in range(TRIES - 1, -1, -1):
            try:
                return await self._download(workspace, url, media_type, share)
            except (aiohttp.ClientError, OSError):
                if not left:
                    raise
            await asyncio.sleep(1)
        raise AssertionError("the last try returns or raises")

    async def _download(self, workspace: str, url: str, media_type: str, share: Share) -> bytes:
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
                return await _within(answer.content, share)
        raise _NotReadError("slack_file_no_access")

    def _check(self, answer: aiohttp.ClientResponse, media_type: str) -> None:
        if answer.status in (401, 403, 404, 410):
            raise _NotReadError("slack_file_no_access")
        answer.raise_for_status()
        # Without the scope Slack answers 200 with its login page.
        if answer.content_type == "text/html" and media_type != "text/html":
            raise _NotReadError("slack_file_no_access")


def _said_size(file: SharedFile) -> int:
    return 0 if file.mode in (*_GONE, "external") else file.size


async def _within(content: aiohttp.StreamReader, share: Share) -> bytes:
    """Read a body that may be longer than was said, as far as it has room."""
    data = bytearray()
    async for chunk in content.iter_chunked(65536):
        data += chunk
        share.hold(len(data))
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
