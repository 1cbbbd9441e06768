from __future__ import annotations

import aiohttp
import pytest

from tests.unit.slack_server.conftest import Place, refused


async def test_a_file_is_uploaded_by_slacks_own_client_into_a_thread(place: Place) -> None:
    root = await place.anna.says(place.general, "hello")
    uploaded = await place.client.files_upload_v2(
        content="print(1)", filename="one.py", title="One", channel=place.general.id, thread_ts=root.ts,
        initial_comment="here it is",
    )  # fmt: skip
    last = place.general.thread(root).last
    assert (last.text, last.files, last.author) == ("here it is", ("one.py",), "Threadfast")
    info = await place.client.files_info(file=uploaded["files"][0]["id"])
    assert info["file"]["shares"]["public"][place.general.id][0]["thread_ts"] == root.ts


async def test_the_message_of_an_upload_may_come_after_the_answer(place: Place) -> None:
    place.slack.hub.file_share_delay = 0.05
    await place.client.files_upload_v2(content="x", filename="x.txt", channel=place.general.id)
    assert len(place.general.thread()) == 0
    await place.general.until(lambda seen: len(seen) == 1)


async def test_bytes_that_differ_from_what_was_announced_are_refused(place: Place) -> None:
    ticket = await place.client.files_getUploadURLExternal(filename="x.txt", length=3)
    async with aiohttp.ClientSession() as session:
        async with session.post(ticket["upload_url"], data=b"four") as response:
            assert response.status == 400
    error = await refused(place.client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "x"}]))
    assert error["error"] == "file_not_found"


@pytest.mark.parametrize("download", ["url_private", "url_private_download"])
async def test_a_private_file_is_given_to_the_bot_and_a_login_page_to_others(place: Place, download: str) -> None:
    message = await place.anna.says(place.general, files=[("a.csv", b"1,2")])
    url = message.files[0].wire()[download]
    async with aiohttp.ClientSession() as session:
        async with session.get(url, headers={"Authorization": f"Bearer {place.workspace.bot.token}"}) as response:
            assert (await response.read(), response.content_type) == (b"1,2", "text/csv")
        async with session.get(url) as response:
            assert (response.status, response.content_type) == (200, "text/html")
            assert "Sign in" in await response.text()


async def test_a_file_with_the_scope_missing_is_a_login_page_too(place: Place) -> None:
    message = await place.anna.says(place.general, files=[("a.txt", b"x")])
    place.workspace.bot.scopes.remove("files:read")
    headers = {"Authorization": f"Bearer {place.workspace.bot.token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(message.files[0].wire()["url_private"], headers=headers) as response:
            assert response.content_type == "text/html"
