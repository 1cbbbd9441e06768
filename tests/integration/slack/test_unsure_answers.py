"""Answers that are not Slack's: from a proxy, a gateway, a login page. Nothing is lost by them, nothing shown twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import RetryLaterError
from tests.integration.chat.rig import CODE
from tests.integration.chat.sending import file
from tests.integration.slack.rig import QuickClock, running
from tests.integration.slack.sending import Sending, sending
from tests.slack_server import SlackServer

STATUSES = [302, 400, 403, 404, 408, 413, 451, 500, 503]


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        yield made


@pytest.mark.parametrize("status", STATUSES)
async def test_post_that_met_a_page_on_the_way_is_shown_all_the_same(s: Sending, status: int) -> None:
    s.slack.fault("status", method="chat.postMessage", status=status)
    post = s.turn("hello")

    with pytest.raises(ConnectionError):
        await s.out.posting.post(post)

    await s.deliver(post, first_find=True)
    assert s.texts == ["hello"]


@pytest.mark.parametrize("status", STATUSES)
async def test_thread_that_cannot_be_read_for_a_page_on_the_way_is_read_again(s: Sending, status: int) -> None:
    post = s.turn("hello")
    ts = await s.out.posting.post(post)
    await s.restart()
    s.slack.fault("status", method="conversations.replies", status=status)

    with pytest.raises(ConnectionError):
        await s.out.posting.find(post)

    assert await s.out.posting.find(post) == ts
    assert s.texts == ["hello"]


async def test_proxy_that_asks_for_a_login_has_surely_shown_nothing(s: Sending) -> None:
    s.slack.fault("status", method="chat.postMessage", status=407)
    post = s.turn("hello")

    with pytest.raises(RetryLaterError, match="proxy"):
        await s.out.posting.post(post)

    assert await s.out.posting.find(post) is None
    assert s.calls("conversations.replies") == 0


@pytest.mark.parametrize("status", [302, 407, 408, 503])
async def test_file_that_something_on_the_way_did_not_take_is_sent_again(s: Sending, status: int) -> None:
    s.slack.fault("status", method="upload", status=status)

    await s.deliver(s.turn("see", files=(file(),)))

    assert [shown.files for shown in s.thread if shown.files] == [("plot.png",)]


@pytest.mark.parametrize("status", [302, 403, 404, 408])
async def test_card_that_met_a_page_on_the_way_waits_for_its_answer_where_people_see_it(
    slack: SlackServer, tmp_path: Path, status: int
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("status", method="chat.postMessage", status=status, skip=1)

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}, clock=QuickClock()) as bot:
        root = await anna.says(general, "@Threadfast hi")
        async with asyncio.timeout(15):
            thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)

        assert len([shown for shown in thread if "Approve" in shown.buttons]) == 1
        assert len(await bot.questions(workspace, root)) == 1
