"""Live previews: changed while an agent speaks, and in the end its turn."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.errors import RetryLaterError
from tests.integration.chat.platforms import PLATFORMS
from tests.integration.chat.saying import said, say, shown
from tests.integration.chat.sending import Sending

BROKEN = [
    pytest.param(name, fault, id=f"{name}-{called}")
    for name, platform in PLATFORMS.items()
    for called, fault in platform.faults.items()
]
"""Every platform with everything that may break off there."""


async def test_preview_shows_what_an_agent_is_saying_while_it_says_it(s: Sending) -> None:
    await shown(s, "Once upon")
    assert said(s) == ["Once upon"]

    say(s, " a time")
    await s.pass_time(1.5)

    assert said(s) == ["Once upon a time"]
    assert s.authors == ["coder"]


async def test_preview_becomes_its_turn(s: Sending) -> None:
    ts = await shown(s)
    say(s, "")

    assert await s.out.posting.post(s.turn("so far and no further")) == ts

    assert s.texts == ["so far and no further"]
    assert s.calls(s.NEW) == 1


async def test_preview_becomes_its_turn_though_its_end_is_told_later(s: Sending) -> None:
    ts = await shown(s)

    assert await s.out.posting.post(s.turn("done")) == ts
    say(s, "")
    await s.pass_time(60)

    assert s.texts == ["done"]


async def test_answer_that_is_ready_at_once_needs_no_preview(s: Sending) -> None:
    say(s, "yes")
    say(s, "")
    await s.out.posting.post(s.turn("yes"))
    await s.pass_time(5)

    assert s.texts == ["yes"]
    assert s.calls(s.CHANGE) == 0


async def test_preview_changes_at_most_once_in_its_time(s: Sending) -> None:
    await shown(s)
    for _ in range(40):
        say(s, "word ")
        await s.pass_time(0.1)

    assert s.calls(s.CHANGE) <= 5


async def test_preview_that_says_nothing_new_is_not_changed(s: Sending) -> None:
    await shown(s)
    await s.pass_time(10)

    assert s.calls(s.CHANGE) == 0


async def test_preview_of_a_turn_that_never_comes_is_deleted(s: Sending) -> None:
    await shown(s)
    say(s, "")
    assert len(s.texts) == 1

    await s.pass_time(60)

    assert len(s.texts) == 0


async def test_turn_is_never_shown_above_a_post_that_was_recorded_before_it(s: Sending) -> None:
    await shown(s)
    await s.out.posting.post(s.notice("something else"))

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(2)

    assert s.texts == ["something else", "done"]


async def test_preview_does_not_appear_above_a_post_that_has_to_wait(s: Sending) -> None:
    s.fault("ratelimited", at=s.NEW, retry_after=10)
    first = s.turn("first")
    with pytest.raises(RetryLaterError):
        await s.out.posting.post(first)
    say(s, "second")
    await s.pass_time(5)
    assert s.texts == []

    await s.pass_time(6)
    await s.out.posting.post(first)
    await s.pass_time(3)

    assert said(s) == ["first", "second"]


@pytest.mark.parametrize(("s", "fault"), BROKEN, indirect=["s"])
@pytest.mark.parametrize("changed", [False, True], ids=["new", "changed"])
async def test_preview_that_breaks_off_harms_no_turn(s: Sending, fault: dict[str, Any], changed: bool) -> None:
    s.fault(at=s.CHANGE if changed else s.NEW, **fault)
    await shown(s, "a")
    say(s, "b")
    await s.pass_time(3)
    say(s, "")

    await s.deliver(s.turn("done"))
    s.out.previews.paid(s.ref, "")
    await s.pass_time(60)

    assert s.texts == ["done"]


@pytest.mark.parametrize("restarts", [True, False], ids=["restarted", "going on"])
@pytest.mark.parametrize(("s", "fault"), BROKEN, indirect=["s"])
async def test_preview_becomes_its_turn_once_whatever_breaks_off(
    s: Sending, fault: dict[str, Any], restarts: bool
) -> None:
    ts = await shown(s)
    say(s, "")
    s.fault(at=s.CHANGE, **fault)
    post = s.turn("done")
    # What changes a message may be repeated, and some of it a platform's library repeats.
    with suppress(RetryLaterError, ConnectionError):
        await s.out.posting.post(post)

    if restarts:
        await s.restart()
    assert await s.deliver(post, first_find=True) == ts

    assert s.texts == ["done"]


async def test_preview_of_a_dead_process_is_used_by_the_next_preview_of_its_path(s: Sending) -> None:
    ts = await shown(s, "first try")
    await s.restart()
    await s.decorate()

    await shown(s, "second try")
    say(s, "")
    assert await s.out.posting.post(s.turn("done")) == ts

    assert s.texts == ["done"]


async def test_preview_of_a_dead_process_whose_turn_needs_none_is_deleted(s: Sending) -> None:
    await shown(s, "first try")
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(3)

    assert s.texts == ["done"]


async def test_previews_of_a_dead_process_in_other_paths_are_deleted(s: Sending) -> None:
    await shown(s, "a", path="one")
    await shown(s, "b", path="two")
    await s.out.posting.post(s.notice("in between"))
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done", path="three"))
    await s.pass_time(3)

    assert s.texts == ["in between", "done"]


async def test_own_turn_is_never_taken_for_a_left_over_preview(s: Sending) -> None:
    await s.restart()
    await s.decorate()
    for number in range(4):
        ts = await shown(s, f"preview {number}")
        say(s, "")
        assert await s.out.posting.post(s.turn(f"turn {number}")) == ts
    await s.pass_time(60)

    assert s.texts == [f"turn {number}" for number in range(4)]


async def test_preview_that_somebody_deleted_is_shown_no_more_and_its_turn_is(s: Sending) -> None:
    ts = await shown(s)
    s.lose(ts)
    say(s, "more")
    await s.pass_time(3)

    await s.out.posting.post(s.turn("done"))

    assert s.texts == ["done"]


async def test_previews_leave_room_for_what_must_be_shown(s: Sending) -> None:
    for number in range(12):
        say(s, "x", path=f"path {number}")
    await s.pass_time(1)
    previews = len(s.texts)

    await s.out.posting.post(s.turn("done", path="another"))

    assert previews <= 3
    assert "done" in s.texts


async def test_preview_without_a_running_adapter_does_nothing(s: Sending) -> None:
    await s.stop_decorating()
    await shown_nothing(s)


async def shown_nothing(s: Sending) -> None:
    say(s, "")
    say(s, "hello")
    say(s, "")
    await s.pass_time(3)
    assert len(s.texts) == 0


async def test_long_answer_shows_its_end(s: Sending) -> None:
    await shown(s, "first words " + "word " * 5000 + "last words")

    assert "last words" in s.texts[0]
    assert "first words" not in s.texts[0]


async def test_edit_that_arrives_late_cannot_replace_the_turn(s: Sending) -> None:
    ts = await shown(s)
    s.fault("drop", at=s.CHANGE)
    say(s, " and more")
    await s.pass_time(1.5)
    say(s, "")

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(2)

    assert s.texts == ["done"]
    assert s.ids[-1] != ts


async def test_turn_of_another_agent_does_not_stand_under_the_previews_name(s: Sending) -> None:
    await shown(s)
    say(s, "")

    await s.out.posting.post(s.turn("done", agent="critic"))
    await s.pass_time(2)

    assert s.texts == ["done"]
    assert s.authors == ["critic"]


async def test_turn_of_the_demo_model_says_so_and_so_do_the_previews_after_it(s: Sending) -> None:
    await shown(s)
    say(s, "")
    await s.out.posting.post(s.turn("one", demo=True))
    await s.pass_time(2)
    assert s.texts == ["one"]
    (name,) = s.authors
    assert name.startswith("coder (")

    ts = await shown(s)
    say(s, "")

    assert await s.out.posting.post(s.turn("two", demo=True)) == ts
    assert s.authors == [name, name]


async def test_preview_of_a_dead_process_under_another_name_is_deleted(s: Sending) -> None:
    await shown(s, "first try")
    await s.restart()
    await s.decorate()
    s.out.previews.preview(s.ref, "chat", "critic", "second try")
    await s.pass_time(3)

    assert said(s) == ["second try"]
    assert s.authors == ["critic"]


async def test_preview_that_takes_too_long_does_not_hold_up_its_turn(s: Sending) -> None:
    s.write_seconds = 0.1
    await s.restart()
    await s.decorate()
    await shown(s)
    s.fault("latency", at=s.CHANGE, seconds=5)
    say(s, " and more")
    await s.clock.advance(1.5)
    await s.server.until(lambda: s.calls(s.CHANGE) == 1)

    await s.out.posting.post(s.turn("done"))

    assert "done" in s.texts
