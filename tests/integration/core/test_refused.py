"""Posts that a platform never takes: nobody is left waiting for what they cannot see, and nothing loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.domain import Accepted, Post, PostKind, PostStatus, RequestStatus, Run, RunStatus
from bot.errors import PostRefusedError, ThreadGoneError
from bot.ports import Records
from bot.store import open_store
from tests.fakes import BO, FakeAdapter, FakeClock, Thread
from tests.integration.core.rig import GREET, running
from tests.integration.core.wires import Wire, live, wires
from tests.scripted import Script

Refuses = Callable[[Post], bool]
CODE: Script = [["say", "ada", "here is code"], ["approve", "bot", "code", ["a"]], ["say", "ada", "done"]]
REASON = "bot's question cannot be shown here: invalid_blocks"
TOLD = "[notice What ada said or did could not be shown here: invalid_blocks]"


def is_card(post: Post) -> bool:
    return post.kind is PostKind.REQUEST and "/request/" in post.key


def is_turn(post: Post) -> bool:
    return post.kind is PostKind.TURN


class Refusing(FakeAdapter):
    """A platform that never takes some posts, and whose bot may die at any await on the outside."""

    def __init__(self, refuses: Refuses) -> None:
        super().__init__()
        self.refuses = refuses
        self.tried: list[str] = []
        self.wire = Wire(0)

    async def post(self, post: Post, *, update: str | None = None) -> str:
        await self.wire.point()
        self.tried.append(post.key)
        if self.refuses(post):
            raise PostRefusedError("invalid_blocks")
        shown = await super().post(post, update=update)
        await self.wire.point()
        return shown

    async def find(self, post: Post, *, after: str | None) -> str | None:
        await self.wire.point()
        return await super().find(post, after=after)


async def test_card_that_is_refused_ends_its_run_and_the_thread_says_why(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Refusing(is_card)) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)

        [run] = await rig.runs(thread)
        assert (run.status, run.stop_reason) == (RunStatus.FAILED, REASON)
        assert rig.lines(thread) == ["ada: here is code", f"[end The run failed: {REASON}]"]
        assert len(await rig.questions(thread, RequestStatus.CANCELLED)) == 1
        assert rig.teams.executed.total() == 0


async def test_refused_card_is_tried_once_and_nothing_is_left_to_do(tmp_path: Path) -> None:
    thread, adapter = Thread(), Refusing(is_card)

    async with running(tmp_path, {"greet": CODE}, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)
        before = await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))
        await rig.pass_time(600)

        assert len(adapter.tried) == len(set(adapter.tried))
        assert await rig.store.read(lambda records: records.conversations.unfinished()) == []
        assert before == await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))


async def test_reason_is_told_in_the_language_of_who_started_the_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Refusing(is_card)) as rig:
        await rig.say(thread.event("hi", by=BO))
        await rig.pass_time(10)

        assert rig.lines(thread)[-1] == "[end 任务失败：bot 的问题无法在这里显示：invalid_blocks]"


async def test_what_was_kept_meanwhile_starts_the_next_run(tmp_path: Path) -> None:
    thread, first = Thread(), [True]
    adapter = Refusing(lambda post: is_card(post) and bool(first) and first.pop())

    async with running(tmp_path, {"greet": [["hold"], *CODE]}, adapter=adapter) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        kept = await rig.inbox.accept(thread.event("more"))
        rig.teams.release()
        await rig.quiet()
        await rig.pass_time(10)

        assert kept.outcome is Accepted.KEPT
        assert await rig.statuses(thread) == [RunStatus.FAILED, RunStatus.INPUT_REQUIRED]
        assert [run.opening.text for run in await rig.runs(thread)] == ["hi", "more"]


async def test_answer_in_words_that_was_faster_than_its_card_stands(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["ask", "you"], ["say", "ada", "you said {answer}"]]}) as rig:
        rig.adapter.troubles = ["limit"]
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("fine"))
        rig.adapter.troubles = ["refuse"]
        await rig.pass_time(20)

        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert "ada: you said fine" in rig.said(thread)


async def test_refused_update_of_a_card_leaves_the_question_open(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["approve", "bot", "code", ["a", "b"]], ["say", "ada", "done"]]

    async with running(tmp_path, {"greet": script}, adapter=Refusing(lambda post: "/decided/" in post.key)) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("approve 1"))
        await rig.pass_time(10)
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]

        await rig.say(thread.event("approve 2"))
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


async def test_refused_turn_is_told_in_the_thread_and_the_run_goes_on(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["say", "ada", "one"], ["ask", "you"], ["say", "ada", "two"]]
    adapter = Refusing(lambda post: is_turn(post) and post.turn is not None and post.turn.text == "one")

    async with running(tmp_path, {"greet": script}, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        await rig.say(thread.event("go on"))
        await rig.pass_time(600)

        assert rig.lines(thread).count(TOLD) == 1
        assert rig.said(thread) == ["ada: two"]


async def test_notice_about_a_refused_turn_that_is_refused_too_is_told_nowhere(tmp_path: Path) -> None:
    thread, adapter = Thread(), Refusing(lambda post: True)

    async with running(tmp_path, {"greet": [["say", "ada", "one"]]}, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(600)

        assert [key.split("/")[1] for key in adapter.tried].count("notice") == 1
        assert len(adapter.tried) == 3
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


class Losing(FakeAdapter):
    """A platform that loses the thread for what agents say, and keeps what the end brings."""

    def __init__(self) -> None:
        super().__init__()
        self.loses = False
        self.unshown: list[str] = []

    async def post(self, post: Post, *, update: str | None = None) -> str:
        if self.loses and is_turn(post):
            raise ThreadGoneError("the thread is gone", text_id="thread_gone")
        if post.kind is PostKind.ENDED:
            self.unshown = [turn.text for turn in post.unshown]
        return await super().post(post, update=update)


async def test_end_brings_the_turns_that_were_never_shown_and_no_others(tmp_path: Path) -> None:
    thread, adapter = Thread(), Losing()

    async with running(tmp_path, {"greet": GREET}, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))
        adapter.loses = True
        await rig.say(thread.event("fine"))
        await rig.pass_time(10)

        assert adapter.unshown == ["you said fine"]


async def statuses_after(path: Path, wire: Wire, adapter: Refusing, thread: Thread) -> list[RunStatus]:
    """Return the runs' statuses after one more process has lived over the store at this path."""
    adapter.wire = wire
    store = await asyncio.to_thread(open_store, path / "store.db", clock=FakeClock())
    try:
        await live(store, wire, adapter, thread)
        runs = await store.read(lambda records: records.runs.of(thread.ref.conversation))
        return [run.status for run in runs]
    finally:
        await store.close()


async def test_process_that_dies_anywhere_while_posts_are_refused_ends_the_run_once_and_tells_it_once(
    tmp_path: Path,
) -> None:
    deaths = 0
    for wire in wires():
        thread, adapter = Thread(f"t{wire.at}"), Refusing(lambda post: is_turn(post) or is_card(post))
        path = tmp_path / str(wire.at)
        path.mkdir()
        await statuses_after(path, wire, adapter, thread)
        statuses = await statuses_after(path, Wire(0), adapter, thread)

        said = adapter.lines(thread.ref)
        assert statuses == [RunStatus.FAILED], wire.at
        assert sorted(said) == [
            "[end The run failed: you's question cannot be shown here: invalid_blocks]",
            TOLD,
        ], wire.at
        assert set(adapter.sends.values()) == {1}, wire.at
        deaths += 1

    assert deaths > 8


async def test_all_posts_of_a_run_with_a_refused_card_are_settled(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Refusing(is_card)) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)

        def look(records: Records) -> tuple[list[Run], list[PostStatus], list[PostStatus]]:
            runs = records.runs.of(thread.ref.conversation)
            every = [row.status for row in records.outbox.of(runs[0].id)]
            return runs, every, [row.status for row in records.outbox.of(runs[0].id, status=PostStatus.REFUSED)]

        _, every, refused = await rig.store.read(look)
        assert every == [PostStatus.SENT, PostStatus.REFUSED, PostStatus.SENT]
        assert refused == [PostStatus.REFUSED]
