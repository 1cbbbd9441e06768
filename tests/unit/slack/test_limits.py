from __future__ import annotations

import asyncio

import pytest

from adapters.slack.web.limits import CHANNEL, LONGEST_WAIT, REMEMBERED, Limits
from bot.errors import RetryLaterError
from tests.fakes import FakeClock

POST, EDIT = "chat.postMessage", "chat.update"


async def drain(limits: Limits, channel: str = "C1") -> None:
    for _ in range(int(CHANNEL.burst)):
        await limits.turn("T1", channel, POST)


async def test_burst_has_its_turn_at_once() -> None:
    clock = FakeClock()

    await drain(Limits(clock))

    assert clock.sleeping == 0


async def test_next_message_waits_a_second_and_the_one_after_it_two() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    await drain(limits)
    done: list[int] = []

    async def turn(number: int) -> None:
        await limits.turn("T1", "C1", POST)
        done.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(2):
            group.create_task(turn(number))
        await asyncio.sleep(0)
        assert done == []
        await clock.advance(1)
        assert done == [0]
        await clock.advance(1)
    assert done == [0, 1]


async def test_who_would_wait_too_long_is_told_to_come_again() -> None:
    limits = Limits(FakeClock())
    await drain(limits)
    limits.hold("T1", "C1", POST, 30)

    with pytest.raises(RetryLaterError) as later:
        await limits.turn("T1", "C1", POST)

    assert later.value.retry_after == 30
    assert later.value.retry_after > LONGEST_WAIT


async def test_waiting_takes_no_turn_away() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    limits.hold("T1", "C1", POST, 30)
    for _ in range(10):
        with pytest.raises(RetryLaterError):
            await limits.turn("T1", "C1", POST)
    await clock.advance(30)

    await drain(limits)


async def test_hold_is_about_one_method_in_one_channel() -> None:
    limits = Limits(FakeClock())
    limits.hold("T1", "C1", POST, 30)

    await limits.turn("T1", "C2", POST)
    await limits.turn("T2", "C1", POST)
    await limits.turn("T1", "C1", EDIT)
    await limits.turn("T1", "C1", "files.completeUploadExternal")


async def test_longer_hold_is_not_shortened_by_a_later_one() -> None:
    limits = Limits(FakeClock())
    limits.hold("T1", "C1", POST, 30)
    limits.hold("T1", "C1", POST, 3)

    with pytest.raises(RetryLaterError) as later:
        await limits.turn("T1", "C1", POST)

    assert later.value.retry_after == 30


async def test_refusal_without_a_time_holds_for_a_while() -> None:
    limits = Limits(FakeClock())

    assert limits.hold("T1", "C1", POST, None) > 0


async def test_files_and_messages_of_a_channel_share_its_bucket() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    await drain(limits)

    assert not limits.spare("T1", "C1", "files.completeUploadExternal")
    assert limits.spare("T1", "C2", "files.completeUploadExternal")


async def test_decoration_takes_only_what_is_plenty() -> None:
    limits = Limits(FakeClock())

    taken = sum(limits.spare("T1", "C1", POST) for _ in range(100))

    assert 0 < taken <= CHANNEL.burst / 2 + 1
    await limits.turn("T1", "C1", POST)


async def test_decoration_rests_while_slack_asks_to_wait() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    limits.hold("T1", "C1", EDIT, 30)

    assert not limits.spare("T1", "C1", EDIT)
    await clock.advance(31)
    assert limits.spare("T1", "C1", EDIT)


async def test_method_without_a_limit_has_its_turn_always() -> None:
    limits = Limits(FakeClock())

    for _ in range(1000):
        await limits.turn("T1", "C1", "users.info")
        assert limits.spare("T1", "C1", "users.info")


async def test_buckets_of_channels_that_were_not_used_for_long_are_forgotten() -> None:
    limits = Limits(FakeClock())

    for number in range(REMEMBERED + 10):
        await limits.turn("T1", f"C{number}", POST)

    assert len(limits._buckets) == REMEMBERED


async def test_holds_that_are_over_are_forgotten() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    for number in range(REMEMBERED):
        limits.hold("T1", f"C{number}", POST, 10)
    limits.hold("T1", "lasting", POST, 60)
    await clock.advance(11)

    limits.hold("T1", "another", POST, 10)

    assert len(limits._holds) < REMEMBERED
    assert not limits.spare("T1", "lasting", POST)
    assert not limits.spare("T1", "another", POST)


async def test_more_holds_than_are_remembered_are_forgotten_from_the_shortest_on() -> None:
    limits = Limits(FakeClock())

    for number in range(REMEMBERED + 1):
        limits.hold("T1", f"C{number}", POST, 10 + number)

    assert len(limits._holds) <= REMEMBERED
    assert not limits.spare("T1", f"C{REMEMBERED}", POST)
