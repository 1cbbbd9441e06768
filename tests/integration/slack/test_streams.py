from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.chat.saying import said, say, shown, wait, waiting
from tests.integration.slack.sending import Sending, sending


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending(direct=True) as made:
        await made.decorate()
        yield made


async def test_agent_is_streamed_in_direct_messages(s: Sending) -> None:
    await shown(s, "Once upon")
    say(s, " a time")
    await s.pass_time(1.5)

    assert s.thread.last.streaming
    assert s.texts == ["Once upon a time"]
    assert (s.calls("chat.startStream"), s.calls("chat.update")) == (1, 0)


async def test_stream_becomes_its_turn(s: Sending) -> None:
    ts = await shown(s)
    say(s, "")

    assert await s.out.posting.post(s.turn("done")) == ts

    assert s.texts == ["done"]
    assert not s.thread.last.streaming


async def test_stream_goes_on_as_edits_after_four_minutes(s: Sending) -> None:
    ts = await shown(s, "a ")
    for _ in range(13):
        say(s, "b ")
        await s.pass_time(20)
    assert not s.thread.last.streaming
    say(s, "c")
    await s.pass_time(2)
    assert said(s)[0].endswith("b c")
    assert len(s.thread) == 1

    assert await s.out.posting.post(s.turn("done")) == ts
    assert s.texts == ["done"]


async def test_stream_that_slack_has_ended_goes_on_as_edits(s: Sending) -> None:
    await shown(s, "a ")
    s.slack.advance(400)
    say(s, "b")
    await s.pass_time(3)
    await s.pass_time(3)

    say(s, "c")
    await s.pass_time(3)

    assert said(s) == ["a bc"]


@pytest.mark.parametrize("restarts", [True, False], ids=["restarted", "going on"])
@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"])
async def test_stream_that_breaks_off_harms_no_turn(s: Sending, method: str, fault: str, restarts: bool) -> None:
    s.slack.fault(method=method, **Sending.FAULTS[fault])
    await shown(s, "a")
    say(s, "b")
    await s.pass_time(3)
    say(s, "")
    if restarts:
        await s.restart()
        await s.decorate()

    await s.deliver(s.turn("done"))
    s.out.previews.paid(s.ref, "")
    await s.pass_time(60)

    assert s.texts == ["done"]


async def test_stream_of_a_dead_process_is_deleted(s: Sending) -> None:
    await shown(s, "first try")
    await s.restart()
    await s.decorate()

    ts = await shown(s, "second try")
    say(s, "")
    assert await s.out.posting.post(s.turn("done")) == ts
    await s.pass_time(3)

    assert s.texts == ["done"]


async def test_messages_are_edited_where_there_are_no_streams(s: Sending) -> None:
    s.slack.fault("error", method="chat.startStream", code="unknown_method", times=None)

    ts = await shown(s)
    say(s, " and more")
    await s.pass_time(3)
    assert said(s) == ["so far and more"]
    assert await s.out.posting.post(s.turn("done")) == ts

    assert s.calls("chat.startStream") == 1


async def test_stream_pings_and_links_nothing(s: Sending) -> None:
    await shown(s, "<!channel> @here <@U1> https://example.com/?q=1 ")
    say(s, "[label](https://example.com) ![](https://example.com/i.png)")
    await s.pass_time(2)

    assert not s.thread.last.pings
    assert not s.thread.last.links


async def test_streamed_agents_name_is_bold_where_the_app_may_not_use_it(s: Sending) -> None:
    s.workspace.bot.scopes.discard("chat:write.customize")
    await shown(s, "so far")
    await s.pass_time(2)

    assert s.texts == ["**coder**\nso far"]
    assert s.thread.last.streaming


async def test_status_in_direct_messages_is_no_stream_and_goes_on_as_edits(s: Sending) -> None:
    ts = await waiting(s, "place 2")
    assert not s.thread.last.streaming
    wait(s, "place 1")
    await s.pass_time(3)
    await s.pass_time(3)
    assert s.texts == ["place 1"]

    await shown(s, "Once upon")
    assert said(s) == ["Once upon"]
    say(s, "")

    assert await s.out.posting.post(s.turn("done")) == ts
    assert s.texts == ["done"]
    assert s.calls("chat.startStream") == 0


async def test_call_whose_status_was_never_shown_is_streamed(s: Sending) -> None:
    wait(s, "place 2")
    await shown(s, "Once upon")

    assert s.thread.last.streaming
    assert s.texts == ["Once upon"]


async def test_stream_of_words_that_broke_off_is_ended_and_edited(s: Sending) -> None:
    ts = await shown(s, "half an ans")
    wait(s, "once more")
    await s.pass_time(2)
    await s.pass_time(2)
    assert not s.thread.last.streaming
    assert s.texts == ["once more"]

    await shown(s, "whole")
    assert said(s) == ["whole"]
    say(s, "")

    assert await s.out.posting.post(s.turn("whole answer")) == ts
    assert s.texts == ["whole answer"]


async def test_words_that_come_at_once_take_the_place_of_streamed_ones(s: Sending) -> None:
    await shown(s, "half an ans")
    wait(s, "once more")
    say(s, "whole")
    await s.pass_time(2)
    await s.pass_time(2)

    assert said(s) == ["whole"]


async def test_stream_that_is_taken_back_is_deleted(s: Sending) -> None:
    await shown(s, "half an ans")
    wait(s, "")
    await s.pass_time(2)
    await s.pass_time(2)

    assert s.texts == []


async def test_status_of_a_dead_process_in_direct_messages_is_deleted(s: Sending) -> None:
    await waiting(s)
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(3)

    assert s.texts == ["done"]
