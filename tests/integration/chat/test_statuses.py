"""What agents wait for: shown in the place of their words, and gone when those come, or when nothing is waited for."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from adapters.chat.sending.previewing import STATUS_ANEW, STATUS_EVERY
from bot.errors import RetryLaterError
from tests.integration.chat.saying import said, say, shown, told, wait, waiting
from tests.integration.chat.sending import Sending
from tests.integration.chat.test_previews import BROKEN


async def test_status_is_shown_under_the_agents_name_and_changes(s: Sending) -> None:
    await waiting(s, "place 3")
    assert told(s) == ["place 3"]

    wait(s, "place 2")
    await s.pass_time(1.5)
    await s.pass_time(1.5)

    assert told(s) == ["place 2"]
    assert s.authors == ["coder"]
    assert s.calls(s.NEW) == 1


async def test_status_becomes_the_preview_and_that_its_turn(s: Sending) -> None:
    ts = await waiting(s)

    await shown(s, "Once upon")
    assert said(s) == ["Once upon"]
    say(s, "")

    assert await s.out.posting.post(s.turn("Once upon a time")) == ts
    await s.pass_time(60)
    assert s.texts == ["Once upon a time"]


async def test_status_becomes_the_turn_of_an_answer_that_comes_whole(s: Sending) -> None:
    ts = await waiting(s)
    wait(s, "")
    say(s, "")

    assert await s.out.posting.post(s.turn("done")) == ts

    await s.pass_time(60)
    assert s.texts == ["done"]


async def test_status_of_a_call_that_ends_without_words_is_deleted_soon(s: Sending) -> None:
    await waiting(s)
    wait(s, "")
    await s.pass_time(2)
    await s.pass_time(1)

    assert s.texts == []


async def test_status_of_a_step_that_is_over_is_deleted_soon(s: Sending) -> None:
    await waiting(s)
    say(s, "")
    await s.pass_time(2)
    await s.pass_time(1)

    assert s.texts == []


async def test_status_that_was_over_before_it_was_shown_never_is(s: Sending) -> None:
    wait(s, "in the queue")
    wait(s, "")
    say(s, "")
    await s.pass_time(10)

    assert s.texts == []
    assert s.calls(s.NEW) == 0


async def test_words_after_a_status_that_was_taken_back_are_shown(s: Sending) -> None:
    await waiting(s)
    wait(s, "")
    say(s, "hello")
    for _ in range(5):
        await s.pass_time(1)

    assert said(s) == ["hello"]


async def test_words_of_an_answer_that_broke_off_are_taken_back(s: Sending) -> None:
    await shown(s, "half an ans")

    wait(s, "once more")
    await s.pass_time(1.5)
    assert told(s) == ["once more"]
    say(s, "whole")
    await s.pass_time(1.5)

    assert said(s) == ["whole"]


async def test_words_that_come_at_once_take_the_place_of_those_that_broke_off(s: Sending) -> None:
    await shown(s, "half an ans")
    wait(s, "once more")
    say(s, "whole")
    await s.pass_time(1.5)

    assert said(s) == ["whole"]


async def test_status_does_not_appear_above_a_post_that_has_to_wait(s: Sending) -> None:
    s.fault("ratelimited", at=s.NEW, retry_after=10)
    first = s.turn("first", path="other")
    with pytest.raises(RetryLaterError):
        await s.out.posting.post(first)
    wait(s, "in the queue")
    await s.pass_time(5)
    assert s.texts == []

    await s.pass_time(6)
    await s.out.posting.post(first)
    await s.pass_time(3)

    assert told(s) == ["first", "in the queue"]


async def test_turn_is_not_shown_where_a_status_stands_above_a_newer_post(s: Sending) -> None:
    await waiting(s)
    await s.out.posting.post(s.notice("something else"))
    say(s, "")

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(2)

    assert s.texts == ["something else", "done"]


async def test_status_of_a_dead_process_is_used_by_the_next_of_its_path(s: Sending) -> None:
    ts = await waiting(s, "place 3")
    await s.restart()
    await s.decorate()

    assert await waiting(s, "place 1") == ts
    assert told(s) == ["place 1"]
    await shown(s, "hello")
    say(s, "")
    assert await s.out.posting.post(s.turn("done")) == ts

    assert s.texts == ["done"]


async def test_status_of_a_dead_process_whose_turn_needs_none_is_deleted(s: Sending) -> None:
    await waiting(s)
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(3)

    assert s.texts == ["done"]


async def test_status_of_a_dead_process_whose_run_was_stopped_is_deleted(s: Sending) -> None:
    await waiting(s)
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.ended("You stopped the run."))
    await s.pass_time(3)

    assert s.texts == ["You stopped the run."]


@pytest.mark.parametrize("restarts", [True, False], ids=["restarted", "going on"])
@pytest.mark.parametrize(("s", "fault"), BROKEN, indirect=["s"])
@pytest.mark.parametrize("changed", [False, True], ids=["new", "changed"])
async def test_status_that_breaks_off_harms_no_turn_and_leaves_nothing(
    s: Sending, fault: dict[str, Any], changed: bool, restarts: bool
) -> None:
    s.fault(at=s.CHANGE if changed else s.NEW, **fault)
    await waiting(s, "place 2")
    wait(s, "place 1")
    await s.pass_time(4)
    say(s, "hello")
    await s.pass_time(3)
    say(s, "")
    if restarts:
        await s.restart()
        await s.decorate()

    with suppress(RetryLaterError, ConnectionError):
        await s.deliver(s.turn("done"))
    s.out.previews.paid(s.ref, "")
    await s.pass_time(60)

    assert s.texts == ["done"]


async def test_who_waits_for_minutes_costs_one_change_in_three_seconds_at_most(s: Sending) -> None:
    await waiting(s)
    for place in range(120, 0, -1):
        wait(s, f"place {place}")
        await s.pass_time(0.5)

    assert 5 <= s.calls(s.CHANGE) <= 60 / STATUS_EVERY + 1


async def test_calls_that_wait_side_by_side_change_the_thread_as_seldom_as_one_and_each_in_its_turn(
    s: Sending,
) -> None:
    paths = [f"path {number}" for number in range(3)]
    for tick in range(120):
        for path in paths:
            wait(s, f"{path}, {tick}", path=path)
        await s.pass_time(0.5)

    assert s.calls(s.NEW) == len(paths)
    assert s.calls(s.CHANGE) <= 60 / STATUS_EVERY + 1
    newest = [int(text.rpartition(", ")[2]) for text in told(s)]
    assert min(newest) > 120 - 2 * 2 * STATUS_EVERY * len(paths)


async def test_words_do_not_wait_for_the_turn_of_a_status(s: Sending) -> None:
    for number in range(4):
        wait(s, "in the queue", path=f"path {number}")
    await s.pass_time(1)
    say(s, "hello", path="path 3")
    await s.pass_time(1.5)
    await s.pass_time(1.5)

    assert "hello" in said(s)


async def test_status_without_a_running_adapter_does_nothing(s: Sending) -> None:
    await s.stop_decorating()
    wait(s, "in the queue")
    wait(s, "")
    await s.pass_time(3)

    assert s.texts == []


async def test_status_that_can_be_changed_no_more_is_deleted_and_words_are_shown(s: Sending) -> None:
    ts = await waiting(s)
    s.fault("error", at=s.CHANGE, code=s.TOO_OLD)
    say(s, "hello")
    for _ in range(4):
        await s.pass_time(1.5)
    assert said(s) == ["hello"]
    say(s, "")

    assert await s.out.posting.post(s.turn("done")) != ts
    await s.pass_time(60)
    assert s.texts == ["done"]


async def test_status_that_can_be_changed_no_more_is_told_anew_after_a_while(s: Sending) -> None:
    await waiting(s, "place 2")
    s.fault("error", at=s.CHANGE, code=s.TOO_OLD)
    wait(s, "place 1")
    for _ in range(6):
        await s.pass_time(1.5)
    assert s.texts == []

    await s.pass_time(STATUS_ANEW)
    await s.pass_time(5)

    assert told(s) == ["place 1"]
