"""What is particular to live previews on Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.chat.saying import said, say, shown, waiting
from tests.integration.slack.sending import Sending, sending


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        await made.decorate()
        yield made


async def test_turn_that_is_too_long_to_replace_its_preview_stands_alone(s: Sending) -> None:
    ts = await shown(s)
    say(s, "")
    s.slack.fault("error", method="chat.update", code="msg_too_long", times=None)

    assert await s.out.posting.post(s.turn("so far and no further")) != ts
    await s.pass_time(1)

    assert s.texts == ["so far and no further"]


async def test_preview_in_a_thread_that_is_gone_does_nothing(s: Sending) -> None:
    s.workspace.archive(s.channel)
    say(s, "hello")
    say(s, "")
    await s.pass_time(3)

    assert len(s.thread) == 0


async def test_previews_name_is_bold_where_the_app_may_not_use_it(s: Sending) -> None:
    s.workspace.bot.scopes.discard("chat:write.customize")
    await shown(s)
    await s.pass_time(3)
    say(s, "")

    await s.out.posting.post(s.turn("done"))

    assert s.texts == ["coder\ndone"]
    assert s.thread.authors == ["Threadfast"]


async def test_preview_pings_and_links_nothing(s: Sending) -> None:
    await shown(s, "<!channel> @here <@U1> https://example.com/?q=1 [label](https://example.com)")

    assert not s.thread.last.pings
    assert not s.thread.last.links


async def test_preview_shows_all_of_it_once_there_is_room_again(s: Sending) -> None:
    await shown(s)
    s.api.limits.hold(s.workspace.id, s.channel.id, "chat.update", 10)
    say(s, " and more")
    await s.pass_time(3)
    assert said(s) == ["so far"]

    await s.pass_time(20)

    assert said(s) == ["so far and more"]


async def test_status_pings_and_links_nothing_and_is_short(s: Sending) -> None:
    await waiting(s, "<!channel> @here <@U1> https://example.com/?q=1 " + "x" * 5000)

    assert not s.thread.last.pings
    assert not s.thread.last.links
    assert len(s.texts[0]) < 500


async def test_status_stands_under_a_bold_name_where_the_app_may_not_use_it(s: Sending) -> None:
    s.workspace.bot.scopes.discard("chat:write.customize")
    await waiting(s, "in the queue")
    await s.pass_time(4)

    assert s.texts == ["coder\nin the queue"]
