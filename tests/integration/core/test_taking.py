"""A post that is taken by the very commit that records it: no write of its own stands before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain import Post, PostStatus, RunStatus
from bot.engine import Limits
from bot.outbox import poster
from bot.ports import Records, Store
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import FakeAdapter, FakeClock, Thread, keys_sent_twice
from tests.integration.core.rig import Rig, running
from tests.scripted import Script, ScriptedTeams

T = TypeVar("T")
ONE: Script = [["say", "ada", "one"], ["hold"], ["say", "ada", "two"]]


class Watched(FakeAdapter):
    """A thread that notes how often it was looked through, and for what."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_for: list[str] = []

    async def find(self, post: Post, *, after: str | None) -> str | None:
        self.looked_for.append(post.key.rpartition("/")[2])
        return await super().find(post, after=after)


class NotingStore:
    """A store that notes after each write how many posts of a conversation are unsent."""

    def __init__(self, store: Store, thread: Thread) -> None:
        self._store = store
        self._conversation = thread.ref.conversation
        self.unsent: list[int] = []

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        def noted(records: Records) -> tuple[T, int]:
            return work(records), len(records.outbox.unsent(self._conversation))

        result, unsent = await self._store.write(noted, patient=patient, first=first)
        self.unsent.append(unsent)
        return result

    async def read(self, work: Callable[[Records], T]) -> T:
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


class Noting(FakeAdapter):
    """A thread that notes what had been written when its first post came."""

    def __init__(self, written: list[int]) -> None:
        super().__init__()
        self._written = written
        self.written: list[int] = []

    async def post(self, post: Post, *, update: str | None = None) -> str:
        self.written = self.written or [*self._written]
        return await super().post(post, update=update)


async def statuses(rig: Rig, thread: Thread) -> list[PostStatus]:
    rows = await rig.store.read(lambda records: records.outbox.unsent(thread.ref.conversation))
    return [row.status for row in rows]


async def test_turn_is_posted_after_the_one_write_that_records_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine the poster would look by itself before the turn is there.
    monkeypatch.setattr(poster, "YIELDS_SECONDS", 30.0)
    clock, thread = FakeClock(), Thread()
    store = NotingStore(await asyncio.to_thread(open_store, ":memory:", clock=clock), thread)
    adapter = Noting(store.unsent)
    rig = Rig(store, adapter, ScriptedTeams({"greet": ONE}, clock=clock), clock, Limits())
    async with serving(rig.engine):
        # What is too old has been looked for: that is a write, too.
        await rig.until(lambda: clock.sleeping > 0)
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.said(thread) == ["ada: one"])
        rig.teams.release()
        await rig.quiet()
    await store.close()

    assert [unsent for unsent in adapter.written if unsent] == [1]


async def test_turn_whose_step_is_dropped_before_it_is_sent_is_looked_for_and_sent_once(tmp_path: Path) -> None:
    thread, adapter = Thread(), Watched()
    async with running(tmp_path, {"greet": ONE}, adapter=adapter) as rig:
        adapter.troubles = ["hang"]
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: not adapter.troubles)
        await rig.engine.interrupt(thread.ref.conversation)
        await rig.engine.drain(0.0)
        assert await statuses(rig, thread) == [PostStatus.SENDING]
        assert rig.said(thread) == []

    async with running(tmp_path, teams=rig.teams, adapter=adapter, quiet=False) as again:
        again.teams.release()
        await again.quiet()
        assert again.said(thread) == ["ada: one", "ada: two"]
        assert keys_sent_twice([adapter]) == []
        assert adapter.looked_for == ["1"]


async def test_post_that_is_refused_though_taken_by_its_commit_is_told_of(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": [["say", "ada", "one"], ["say", "ada", "two"]]}) as rig:
        rig.adapter.troubles = ["refuse"]
        await rig.say(thread.event("hi"))

        assert rig.said(thread) == ["ada: two"]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert await statuses(rig, thread) == []


async def test_what_is_recorded_while_the_thread_rests_is_taken_by_nobody(tmp_path: Path) -> None:
    thread, adapter = Thread(), Watched()
    async with running(tmp_path, {"greet": ONE}, adapter=adapter) as rig:
        adapter.troubles = ["limit"]
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: not adapter.troubles)
        rig.teams.release()
        await rig.quiet()

        assert await statuses(rig, thread) == [PostStatus.SENDING, PostStatus.PENDING, PostStatus.PENDING]
        await rig.pass_time(10)
        assert rig.said(thread) == ["ada: one", "ada: two"]
        assert adapter.looked_for == ["1"]


async def test_what_is_recorded_while_the_poster_is_behind_waits_for_its_turn(tmp_path: Path) -> None:
    thread, adapter = Thread(), Watched()
    script: Script = [["say", "ada", "one"], ["say", "ada", "two"], ["hold"], ["say", "ada", "three"]]
    async with running(tmp_path, {"greet": script}, adapter=adapter) as rig:
        adapter.troubles = ["hang"]
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding and not adapter.troubles)
        assert await statuses(rig, thread) == [PostStatus.SENDING, PostStatus.PENDING]
        await rig.engine.interrupt(thread.ref.conversation)
        await rig.engine.drain(0.0)

    async with running(tmp_path, teams=rig.teams, adapter=adapter, quiet=False) as again:
        again.teams.release()
        await again.quiet()
        assert again.said(thread) == ["ada: one", "ada: two", "ada: three"]
        assert keys_sent_twice([adapter]) == []
