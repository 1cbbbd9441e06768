"""Files: uploaded first, where nobody sees them, then shared once in a thread.

The ids that Slack gives at the upload stand in the mark of the post they belong to, so after a lost answer the thread
tells by id whether a file is shown already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog

from adapters.chat.content.names import file_name
from adapters.slack.web.api import SlackApi
from adapters.slack.web.refusals import SlackRefusedError
from bot.domain import Attachment

log = structlog.get_logger()

EMPTY = b"\n"
"""What stands for an empty file: Slack takes none of no length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is shown: in a thread, or in the channel itself."""

    workspace: str
    channel: str
    thread: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Files that were uploaded, and are not shown yet."""

    ids: tuple[str, ...]
    """In order."""
    refused: tuple[str, ...]
    """The names of those that Slack never takes."""


class Uploads:
    """Brings files to Slack."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def put(self, workspace: str, files: Sequence[Attachment]) -> Stored:
        """Upload files without showing them; may be repeated.

        A file that Slack refuses (too large, uploads switched off) is left out: the words are worth more than it.

        Raises:
            RetryLaterError: Not now.
            ThreadGoneError: The bot cannot work in this workspace any more.
            ConnectionError: Slack did not answer; nothing is shown.
        """
        ids: list[str] = []
        refused: list[str] = []
        for file in files:
            content = self._api.clean_file(file.data) or EMPTY
            try:
                name = file_name(file.name)
                ticket = await self._api.call(
                    workspace, "files.getUploadURLExternal", filename=name, length=len(content)
                )
                await self._api.upload(str(ticket["upload_url"]), content)
                ids.append(str(ticket["file_id"]))
            except SlackRefusedError as error:
                log.warning("file.refused", code=error.code, bytes=len(content))
                refused.append(file.name)
        return Stored(ids=tuple(ids), refused=tuple(refused))

    async def share(self, place: Place, ids: Sequence[str]) -> None:
        """Show uploaded files as one message.

        Raises:
            RetryLaterError: Surely not shown.
            ThreadGoneError: Nothing can be shown there any more.
            SlackRefusedError: Slack does not take them, or knows the ids no more.
            ConnectionError: They may have been shown.
        """
        method = "files.completeUploadExternal"
        files = [{"id": file} for file in ids]
        await self._api.limits.turn(place.workspace, place.channel, method)
        await self._api.call(place.workspace, method, files=files, channel_id=place.channel, thread_ts=place.thread)

    async def missing(self, place: Place, ids: Sequence[str], shown: Collection[str]) -> tuple[str, ...]:
        """Return which of the uploaded files are not shown yet, given the ids that the thread shows.

        Slack shares files some time after it said yes, so one that the thread does not show is asked about: it is
        known by its id only from when its sharing was asked for.

        Raises:
            RetryLaterError: Not now.
            ThreadGoneError: The bot cannot work in this workspace any more.
            ConnectionError: Slack did not answer.
        """
        return tuple([file for file in ids if file not in shown and not await self._known(place, file)])

    async def _known(self, place: Place, file: str) -> bool:
        try:
            await self._api.call(place.workspace, "files.info", file=file)
        except SlackRefusedError:
            return False
        return True
