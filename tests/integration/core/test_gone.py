"""A thread in which nothing can be shown any more: its run ends, and nothing loops."""

from __future__ import annotations

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from bot.domain import Accepted, Post, PostKind, PostStatus, RequestStatus, Run, RunStatus
from bot.errors import ThreadGoneError
from bot.ports import Records, Store
from bot.store import open_store
from tests.fakes import BO, FakeAdapter, Thread
from tests.integration.core.rig import GREET, running
from tests.integration.core.wires import Wire, WiredAdapter, live, wires
from tests.scripted import Script

GONE = "nothing can be shown in its thread any more"
LOUD: Script = [["say", "ada", "one"], ["hold"], ["say", "ada", "two"]]


async def posts(store: Store, run: Run) -> list[tuple[PostKind, PostStatus]]:
    rows = await store.read(lambda records: records.outbox.of(run.id))
    return [(row.post.kind, row.status) for row in rows]


async def test_run_whose_thread_is_gone_fails_with_the_reason_and_its_team_is_dropped(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "one"], ["hang"]]}) as rig:
        rig.adapter.gone.add(thread.ref)
        with capture_logs() as logs:
            await rig.say(thread.event("hi"))
        await rig.pass_time(10)

        [run] = await rig.runs(thread)
        assert (run.status, run.stop_reason) == (RunStatus.FAILED, GONE)
        assert rig.lines(thread) == []
        assert [line["event"] for line in logs if line["event"].startswith("run.")] == ["run.failed"]
        assert rig.engine.fenced == 1


async def test_person_who_started_the_run_is_told_elsewhere_in_their_language(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        rig.adapter.gone.add(thread.ref)
        await rig.say(thread.event("hi", by=BO))
        await rig.pass_time(10)

        assert rig.adapter.told == ["Bo: 任务失败：它的对话中已无法再显示任何内容"]


async def test_everything_of_a_gone_thread_is_settled_and_never_tried_again(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "one"], ["ask", "you"]]}) as rig:
        rig.adapter.gone.add(thread.ref)
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)
        [run] = await rig.runs(thread)
        before = await rig.store.read(lambda records: records.conversations.get(run.conversation))
        await rig.pass_time(600)
        after = await rig.store.read(lambda records: records.conversations.get(run.conversation))

        shown = await posts(rig.store, run)
        assert {status for kind, status in shown if kind is not PostKind.ENDED} == {PostStatus.REFUSED}
        assert [status for kind, status in shown if kind is PostKind.ENDED] == [PostStatus.SENT]
        assert before == after
        assert await rig.store.read(lambda records: records.conversations.unfinished()) == []


async def test_thread_that_goes_while_a_person_is_asked_cancels_the_question(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["approve", "bot", "code", ["a", "b"]]]}) as rig:
        await rig.say(thread.event("hi"))
        rig.adapter.gone.add(thread.ref)
        await rig.say(thread.event("approve 1"))
        await rig.pass_time(10)

        assert await rig.statuses(thread) == [RunStatus.FAILED]
        assert len(await rig.questions(thread, RequestStatus.CANCELLED)) == 1
        assert rig.teams.executed.total() == 0


async def test_what_was_kept_starts_nothing_in_a_gone_thread(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], ["say", "ada", "one"], ["hang"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        kept = await rig.inbox.accept(thread.event("more"))
        rig.adapter.gone.add(thread.ref)
        rig.teams.release()
        await rig.quiet()
        await rig.pass_time(60)

        assert kept.outcome is Accepted.KEPT
        assert await rig.statuses(thread) == [RunStatus.FAILED]


async def test_thread_that_comes_back_goes_on_with_a_new_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": GREET}) as rig:
        rig.adapter.troubles = ["gone"]
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)
        await rig.say(thread.event("here again"))

        assert await rig.statuses(thread) == [RunStatus.FAILED, RunStatus.INPUT_REQUIRED]
        assert rig.lines(thread)[1:3] == [f"[end The run failed: {GONE}]", "ada: hello"]


async def test_end_of_a_run_that_was_over_is_only_refused(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "one"]]}) as rig:
        rig.adapter.troubles = ["limit"]
        await rig.say(thread.event("hi"))
        rig.adapter.troubles = ["gone"]
        await rig.pass_time(10)

        [run] = await rig.runs(thread)
        assert run.status is RunStatus.COMPLETED
        assert [status for _, status in await posts(rig.store, run)] == [PostStatus.REFUSED, PostStatus.SENT]
        assert rig.engine.fenced == 0


async def test_other_threads_go_on(tmp_path: Path) -> None:
    lost, other = Thread("t1"), Thread("t2")

    async with running(tmp_path, {"greet": [["say", "ada", "one"]]}) as rig:
        rig.adapter.gone.add(lost.ref)
        await rig.say(lost.event("hi"))
        await rig.say(other.event("hi"))

        assert rig.said(other) == ["ada: one"]


class Odd(FakeAdapter):
    """A platform whose reason stands in no catalogue."""

    async def post(self, post: Post, *, update: str | None = None) -> str:
        if post.kind is PostKind.TURN:
            raise ThreadGoneError("the channel was archived", text_id="no such sentence")
        return await super().post(post, update=update)


async def test_reason_without_a_sentence_is_told_in_its_own_words(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, adapter=Odd()) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)

        assert rig.lines(thread)[-1:] == ["[end The run failed: the channel was archived]"]


class GoneWithWires(WiredAdapter):
    """A gone thread whose bot dies at the n-th await on the outside, also while it looks for a post."""

    async def find(self, post: Post, *, after: str | None) -> str | None:
        await self.wire.point()
        return await super().find(post, after=after)


async def test_process_that_dies_anywhere_while_a_thread_is_lost_ends_the_run_once() -> None:
    deaths = 0
    for wire in wires():
        thread, adapter = Thread(), GoneWithWires()
        adapter.wire = wire
        adapter.gone.add(thread.ref)
        store = await asyncio.to_thread(open_store, ":memory:")
        await live(store, wire, adapter, thread)
        adapter.wire = Wire(0)
        await live(store, Wire(0), adapter, thread)

        def look(records: Records, thread: Thread = thread) -> tuple[list[Run], int]:
            runs = records.runs.of(thread.ref.conversation)
            return runs, len(records.outbox.unsent(thread.ref.conversation))

        [run], unsent = await store.read(look)
        assert (run.status, run.stop_reason, unsent) == (RunStatus.FAILED, GONE, 0), wire.at
        assert adapter.told == [f"Anna: The run failed: {GONE}"], wire.at
        await store.close()
        deaths += 1

    assert deaths > 8
