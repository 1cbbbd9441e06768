"""Files that people attach: read within limits, side by side; the rest is named with the reason.

Where a file lies and who may fetch it is the platform's to know. Nothing is unpacked or decoded here, and a file that
cannot be had never costs the message it came with.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import aiohttp
import structlog

from bot.domain import Attachment
from bot.errors import RetryLaterError, ThreadGoneError

MOST_BYTES = 10 * 2**20
"""Of one file."""
MOST_BYTES_TOGETHER = 20 * 2**20
MOST_FILES = 10
SECONDS = 60.0
"""For one file, all tries together."""
NAME_LENGTH = 80
_BINARY = ("image/", "audio/", "video/", "font/")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """A file that came with a message, as its platform describes it."""

    id: str
    name: str
    media_type: str = ""
    size: int = 0
    url: str = ""
    """Where it is downloaded; empty: it cannot be, or that is to be asked."""
    mode: str = ""
    """What the platform says of where it lies, in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that was not read."""

    name: str
    text_id: str
    """The sentence of the catalogue that says why."""


class NotReadError(Exception):
    """Why a file is not read, as the sentence's id."""

    def __init__(self, text_id: str) -> None:
        super().__init__(text_id)
        self.text_id = text_id


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
        self._refusal = "chat_file_too_many" if said is None or room.left <= 0 else ""
        if not self._refusal and not self._take(said or 0):
            self._refusal = "chat_file_too_large"

    def check(self) -> None:
        """Raise why the file has no room.

        Raises:
            NotReadError: It has none.
        """
        if self._refusal:
            raise NotReadError(self._refusal)

    def hold(self, size: int) -> None:
        """Have room for so many bytes.

        Raises:
            NotReadError: There is not so much.
        """
        if not self._take(size):
            raise NotReadError("chat_file_too_large")

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


Fetch = Callable[[SharedFile, Share], Awaitable[tuple[str, bytes]]]
"""Fetches one file and returns its type in the platform's words and its bytes, holding room for them in its share.

It raises NotReadError where the file cannot be had, an error of the connection where it could not be had now, and
ThreadGoneError where the bot may not read there any more at all.
"""


async def read_files(
    files: Sequence[SharedFile], fetch: Fetch, *, missing: Callable[[SharedFile], str] = lambda _: ""
) -> tuple[list[Attachment], list[Unread]]:
    """Return a message's files, and those that were not read with the reason.

    Args:
        files: As the platform describes them.
        fetch: Fetches one of them.
        missing: Says, as a sentence's id, why a file surely cannot be fetched; empty: it may be.

    Raises:
        ThreadGoneError: The bot may not read there any more.
    """
    room = Room(MOST_BYTES_TOGETHER)

    async def one(file: SharedFile, share: Share, gone: str) -> Attachment | Unread:
        name = clean_name(file.name)
        try:
            return await _one(file, share, gone, fetch)
        except NotReadError as error:
            text_id = error.text_id
        except (TimeoutError, RetryLaterError, aiohttp.ClientError, OSError) as error:
            log.warning("file.not_read", file=file.id, error=type(error).__name__)
            text_id = "chat_file_failed"
        share.give_back()
        return Unread(name=name, text_id=text_id)

    # In order and before anything is fetched: which of too many files are read does not depend on how fast each is.
    reasons = [missing(file) for file in files]
    shares = [
        Share(room, _said_size(file, reason) if number < MOST_FILES else None)
        for number, (file, reason) in enumerate(zip(files, reasons, strict=True))
    ]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*each)) for each in zip(files, shares, reasons, strict=True)]
    except* ThreadGoneError as errors:
        raise errors.exceptions[0] from None
    found = [task.result() for task in tasks]
    return (
        [each for each in found if isinstance(each, Attachment)],
        [each for each in found if isinstance(each, Unread)],
    )


def _said_size(file: SharedFile, missing: str) -> int:
    return 0 if missing else file.size


async def _one(file: SharedFile, share: Share, gone: str, fetch: Fetch) -> Attachment:
    if gone:
        raise NotReadError(gone)
    share.check()
    async with asyncio.timeout(SECONDS):
        media_type, data = await fetch(file, share)
    return Attachment(name=clean_name(file.name), media_type=kind_of(media_type, data), data=data)


def clean_name(name: str) -> str:
    """Return a file's name as it may be shown and written: no folders, no control or direction characters, short.

    Nor has it backticks: agents are told the name, and would read a fence in it as code that somebody wrote.
    """
    name = name.replace("`", "'")
    plain = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    last = PurePosixPath(plain.replace("\\", "/")).name.strip()
    if last in ("", ".", ".."):
        return "file"
    if len(last) <= NAME_LENGTH:
        return last
    ending = PurePosixPath(last).suffix[:16]
    return last[: NAME_LENGTH - len(ending)] + ending


def kind_of(media_type: str, data: bytes) -> str:
    """Return a file's type: whatever is text is called so, because platforms' names for code are many."""
    kind = media_type.split(";", 1)[0].strip().lower() or "application/octet-stream"
    if kind.startswith(("text/", *_BINARY)) or b"\0" in data:
        return kind
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return kind
    return "text/plain"
