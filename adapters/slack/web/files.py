"""Files that people attach: fetched from Slack's own hosts only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import aiohttp
from yarl import URL

from adapters.chat.files.attachments import NotReadError, Share, SharedFile, Unread, read_files
from adapters.chat.files.downloads import NO_ACCESS, Source, download, is_allowed
from adapters.chat.handling.payload import text_at
from adapters.slack.connecting.installations import is_out
from adapters.slack.web.api import SlackApi
from bot.domain import Attachment
from bot.errors import PostRefusedError

SLACK_HOSTS = ("files.slack.com",)
SLACK_DOMAINS = (".slack-edge.com",)
_MISSING = {
    "tombstone": "chat_file_gone",
    "hidden_by_limit": "chat_file_gone",
    "external": "slack_file_external",
}
"""Why a file in such a mode cannot be fetched."""


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
        return await read_files(
            files, partial(self._fetch, workspace), missing=lambda file: _MISSING.get(file.mode, "")
        )

    async def _fetch(self, workspace: str, file: SharedFile, share: Share) -> tuple[str, bytes]:
        url, media_type = await self._place(workspace, file)
        token = await self._api.token(workspace)
        source = Source(
            session=self._session,
            allowed=lambda place: allowed(place, self._api_url),
            headers={"Authorization": f"Bearer {token}"},
            proxy=self._proxy,
            check=lambda answer: _check(answer, media_type),
        )
        return media_type, await download(source, url, share)

    async def _place(self, workspace: str, file: SharedFile) -> tuple[str, str]:
        if file.url:
            return file.url, file.media_type
        # In shared channels Slack names only the file's id and leaves the rest to be asked for.
        try:
            answer = await self._api.call(workspace, "files.info", file=file.id)
        except PostRefusedError as error:
            if is_out(error):
                raise
            raise NotReadError(NO_ACCESS) from error
        found = answer.get("file") or {}
        url = text_at(found, "url_private_download") or text_at(found, "url_private")
        if not url:
            raise NotReadError(NO_ACCESS)
        return url, text_at(found, "mimetype") or file.media_type


def _check(answer: aiohttp.ClientResponse, media_type: str) -> None:
    # Without the scope Slack answers 200 with its login page.
    if answer.content_type == "text/html" and media_type != "text/html":
        raise NotReadError(NO_ACCESS)


def allowed(url: str, api_url: URL) -> bool:
    """Whether a file may be fetched from there with the workspace's token: Slack's own hosts, or where its API is."""
    return is_allowed(url, api=api_url, is_own=lambda host: host in SLACK_HOSTS or host.endswith(SLACK_DOMAINS))
