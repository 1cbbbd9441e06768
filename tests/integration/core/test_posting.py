from __future__ import annotations

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from bot.domain import Post, PostStatus, RunStatus
from tests.fakes import FakeAdapter, Thread, Trouble
from tests.integration.core.rig import running
from tests.scripted import Script

TWO: Script = [["say", "ada", "one"], ["say", "ada", "two"]]
END = "[end The run is completed.]"


async def shown_after(tmp_path: Path, *troubles: Trouble, seconds: float = 60) -> tuple[FakeAdapter, list[str]]:
    thread = Thread()
    async with running(tmp_path, {"greet": TWO}) as rig:
        rig.adapter.troubles = [*troubles]
        await rig.say(thread.event("hi"))
        await rig.pass_time(seconds)
        return rig.adapter, rig.lines(thread)


async def test_posts_are_shown_in_order(tmp_path: Path) -> None:
    _, lines = await shown_after(tmp_path)

    assert lines == ["ada: one", "ada: two", END]


async def test_post_that_was_taken_before_the_connection_dropped_is_not_shown_again(tmp_path: Path) -> None:
    adapter, lines = await shown_after(tmp_path, "drop_after", "drop_after")

    assert lines == ["ada: one", "ada: two", END]
    assert set(adapter.sends.values()) == {1}


async def test_post_that_was_not_taken_is_shown_later_and_in_order(tmp_path: Path) -> None:
    _, lines = await shown_after(tmp_path, "drop_before", "drop_before")

    assert lines == ["ada: one", "ada: two", END]


async def test_rate_limit_is_honoured(tmp_path: Path) -> None:
    _, lines = await shown_after(tmp_path, "limit", seconds=4)

    assert lines == []


async def test_nothing_overtakes_a_post_that_was_limited(tmp_path: Path) -> None:
    _, lines = await shown_after(tmp_path, "limit", seconds=10)

    assert lines == ["ada: one", "ada: two", END]


async def test_refused_turn_is_given_up_with_its_reason_and_the_rest_is_shown(tmp_path: Path) -> None:
    with capture_logs() as logs:
        _, lines = await shown_after(tmp_path, "refuse")

    told = "[notice What ada said or did could not be shown here: the thread is closed]"
    assert sorted(lines) == sorted(["ada: two", told, END])
    [line] = [entry for entry in logs if entry["event"] == "post.refused"]
    assert line["reason"] == "the thread is closed"


async def test_thread_that_is_limited_does_not_hold_another_up(tmp_path: Path) -> None:
    one, two = Thread("t1"), Thread("t2")

    async with running(tmp_path, {"greet": TWO}) as rig:
        rig.adapter.troubles = ["limit"]
        await rig.say(one.event("hi"))
        await rig.say(two.event("hi"))

        assert (rig.lines(one), len(rig.lines(two))) == ([], 3)


async def test_turns_are_shown_while_the_team_goes_on(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "one"], ["hang"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.said(thread) == ["ada: one"])
        await rig.say(thread.stop())


async def test_limited_post_is_shown_during_the_same_long_step(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "one"], ["hang"]]}) as rig:
        rig.adapter.troubles = ["limit"]
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: not rig.adapter.troubles)
        await rig.until(lambda: rig.clock.sleeping == 2)
        await rig.clock.advance(6)
        await rig.until(lambda: rig.said(thread) == ["ada: one"])
        await rig.say(thread.stop())


async def test_preview_ends_when_its_turn_is_recorded(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": TWO}) as rig:
        await rig.say(thread.event("hi"))

        shown = [text for _, _, text in rig.adapter.previews]
        assert shown == ["o", "", "t", ""]


class BrokenPreview(FakeAdapter):
    """A thread whose preview fails."""

    def preview(self, *facts: object) -> None:
        raise OSError("no preview here")


async def test_preview_that_fails_costs_nothing(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": TWO}, adapter=BrokenPreview()) as rig:
        await rig.say(thread.event("hi"))

        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


class Dying(FakeAdapter):
    """A thread whose bot dies in the middle of a post."""

    async def post(self, post: Post, *, update: str | None = None) -> str:
        shown = await super().post(post, update=update)
        if not self.receipts and self.dies:
            await asyncio.Event().wait()
        return shown

    dies = True


async def test_post_that_was_shown_when_the_process_died_is_found_at_the_restart(tmp_path: Path) -> None:
    thread, adapter = Thread(), Dying()
    async with running(tmp_path, {"greet": TWO}, adapter=adapter) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.said(thread) == ["ada: one"])
        await rig.engine.interrupt(thread.ref.conversation)
        await rig.engine.drain(0.0)
        rows = await rig.store.read(lambda records: records.outbox.unsent(thread.ref.conversation))
        assert rows[0].status is PostStatus.SENDING

    adapter.dies = False
    async with running(tmp_path, {"greet": TWO}, adapter=adapter) as rig:
        assert rig.lines(thread) == ["ada: one", "ada: two", END]
        assert set(adapter.sends.values()) == {1}


async def test_conversation_of_a_platform_that_is_not_configured_keeps_its_posts(tmp_path: Path) -> None:
    thread = Thread(adapter="elsewhere")

    async with running(tmp_path, {"greet": TWO}) as rig:
        await rig.say(thread.event("hi"))

        rows = await rig.store.read(lambda records: records.outbox.unsent(thread.ref.conversation))
        assert [row.status for row in rows] == [PostStatus.PENDING] * 3


async def test_posts_that_no_adapter_here_can_send_cost_no_write(tmp_path: Path) -> None:
    thread = Thread(adapter="elsewhere")

    async with running(tmp_path, {"greet": TWO}) as rig:
        await rig.say(thread.event("hi"))
        before = await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))
        await rig.pass_time(300)
        after = await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))

    async with running(tmp_path, {"greet": TWO}) as rig:
        restarted = await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))
        assert before == after == restarted
