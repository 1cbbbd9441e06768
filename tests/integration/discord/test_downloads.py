"""What people attach, downloaded from a wire-level Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.chat.files.attachments import SharedFile
from adapters.discord.web.files import Files
from tests.discord_server import Message
from tests.integration.discord.sending import Sending


@pytest.fixture
async def files(s: Sending) -> AsyncIterator[Files]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Files(session, api_url=s.server.api_url)


def shared(message: Message) -> list[SharedFile]:
    return [
        SharedFile(id=str(one.id), name=one.filename, size=len(one.content), url=one.url) for one in message.attachments
    ]


async def test_attached_files_are_read(s: Sending, files: Files) -> None:
    message = await s.anna.says(s.thread, "see", files=[("a.txt", b"one"), ("b.py", b"two")])

    read, unread = await files.read(shared(message))

    assert [(file.name, file.data) for file in read] == [("a.txt", b"one"), ("b.py", b"two")]
    assert unread == []


@pytest.mark.parametrize("url", ["https://example.com/a.txt", "", "http://169.254.169.254/latest"])
async def test_a_file_from_elsewhere_is_named_and_not_fetched(files: Files, url: str) -> None:
    read, unread = await files.read([SharedFile(id="1", name="a.txt", url=url)])

    assert read == []
    assert [(each.name, each.text_id) for each in unread] == [("a.txt", "chat_file_no_access")]


async def test_a_download_that_breaks_off_is_tried_again(s: Sending, files: Files) -> None:
    message = await s.anna.says(s.thread, "see", files=[("a.txt", b"one")])
    s.server.fault("drop", route="attachment")

    read, _ = await files.read(shared(message))

    assert [file.data for file in read] == [b"one"]


async def test_a_file_that_is_gone_costs_only_itself(s: Sending, files: Files) -> None:
    message = await s.anna.says(s.thread, "see", files=[("a.txt", b"one"), ("b.txt", b"two")])
    first, second = shared(message)
    gone = SharedFile(id=first.id, name=first.name, url=first.url.replace(first.id, "1"))

    read, unread = await files.read([gone, second])

    assert [file.data for file in read] == [b"two"]
    assert [each.text_id for each in unread] == ["chat_file_no_access"]
