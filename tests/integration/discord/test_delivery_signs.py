"""What is particular to live previews on Discord: their sign, direct messages, the budget they share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.sending import live
from tests.discord_server import Permission
from tests.integration.chat.saying import say, shown
from tests.integration.discord.sending import Sending, sending


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        await made.decorate()
        yield made


@pytest.fixture
async def d() -> AsyncIterator[Sending]:
    async with sending(direct=True) as made:
        await made.decorate()
        yield made


async def test_previews_name_is_bold_where_there_is_no_webhook(s: Sending) -> None:
    s.deny(Permission.MANAGE_WEBHOOKS)
    await shown(s)
    await s.pass_time(3)
    say(s, "")

    await s.out.posting.post(s.turn("done"))

    assert s.texts == ["**coder**\ndone"]
    assert s.calls("create_message") == 1


async def test_preview_in_direct_messages_becomes_its_turn(d: Sending) -> None:
    await shown(d)
    assert d.texts == ["**coder**\nso far\n-# …"]

    await d.out.posting.post(d.turn("done"))

    assert d.texts == ["**coder**\ndone"]
    assert d.calls("create_message") == 1
    assert not d.seen[0].disabled


async def test_preview_of_a_dead_process_in_direct_messages_is_deleted(d: Sending) -> None:
    await d.deliver(d.notice("before"))
    await shown(d)
    await d.restart()
    await d.decorate()

    await d.out.posting.post(d.notice("after"))
    await d.pass_time(3)

    assert d.texts == ["before", "after"]


async def test_what_a_model_says_is_never_taken_for_a_preview(s: Sending) -> None:
    await s.deliver(s.turn("words\n-# …"))
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(3)

    assert len(s.texts) == 2


async def test_preview_carries_a_sign_that_goes_with_its_end(s: Sending) -> None:
    await shown(s)
    assert s.seen[0].disabled == ("Still writing",)
    say(s, "")

    await s.out.posting.post(s.turn("done"))

    assert not s.seen[0].disabled


async def test_the_bot_types_before_there_is_something_to_read(s: Sending) -> None:
    say(s, "so")
    await s.settle()

    assert s.seen == []
    assert s.calls("trigger_typing") == 1


async def test_sign_that_is_shown_for_the_team_already_is_not_asked_for_again(s: Sending) -> None:
    s.out.working.begin(s.ref)
    await s.settle()

    say(s, "so")
    await s.settle()

    assert s.calls("trigger_typing") == 1


async def test_turns_of_a_busy_channel_are_not_kept_waiting_by_its_previews(s: Sending) -> None:
    for number in range(8):
        say(s, "x", path=f"path {number}")
    for _ in range(20):
        for number in range(8):
            say(s, "word ", path=f"path {number}")
        await s.pass_time(0.5)

    written = s.calls("execute_webhook") + s.calls("edit_webhook_message")
    assert written <= live.SPARE * (1 + 12 / live.WINDOW.total_seconds())


async def test_preview_pings_nobody(s: Sending) -> None:
    await shown(s, "@everyone @here <@1> https://example.com/?q=1")

    assert s.seen[-1].pings == ()


async def test_preview_in_a_thread_that_is_gone_does_nothing(s: Sending) -> None:
    s.world.delete_channel(s.thread)

    say(s, "hello")
    await s.pass_time(3)
    say(s, "")
    await s.pass_time(30)

    assert s.calls("execute_webhook") <= 1
