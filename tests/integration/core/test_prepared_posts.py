"""A post that is prepared while it is recorded: the platform computes beside the commit, and sends nothing before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from bot.domain import Post
from bot.engine import Limits
from bot.ports import Records, Store
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import FakeAdapter, FakeClock, Thread, keys_sent_twice
from tests.integration.core.rig import Rig, running
from tests.scripted import Script, ScriptedTeams

T = TypeVar("T")
PATIENCE = 10.0
ONE: Script = [["say", "ada", "one"]]


class Telling(FakeAdapter):
    """A thread that tells other threads when something is prepared for it."""

    def __init__(self) -> None:
        super().__init__()
        self.told_of = Event()

    def prepare(self, post: Post) -> None:
        super().prepare(post)
        self.told_of.set()


class Unprepared(FakeAdapter):
    """A thread for which nothing can be prepared."""

    def prepare(self, post: Post) -> None:
        super().prepare(post)
        raise ValueError("no room")


class Slow:
    """A store that does something at the end of each transaction, before that is durable."""

    def __init__(self, store: Store, at_end: Callable[[Records], None]) -> None:
        self._store = store
        self._at_end = at_end

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        def slowly(records: Records) -> T:
            result = work(records)
            self._at_end(records)
            return result

        return await self._store.write(slowly, patient=patient, first=first)

    async def read(self, work: Callable[[Records], T]) -> T:
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


async def test_turn_is_prepared_before_it_is_durable_and_shown_afterwards() -> None:
    clock, thread, adapter = FakeClock(), Thread(), Telling()
    prepared: list[bool] = []

    def wait(records: Records) -> None:
        if records.outbox.unsent(thread.ref.conversation) and not prepared:
            prepared.append(adapter.told_of.wait(PATIENCE) and not adapter.shown)

    store = Slow(await asyncio.to_thread(open_store, ":memory:", clock=clock), wait)
    rig = Rig(store, adapter, ScriptedTeams({"greet": ONE}, clock=clock), clock, Limits())
    async with serving(rig.engine):
        await rig.say(thread.event("hi"))
    await store.close()

    assert prepared == [True]
    assert rig.said(thread) == ["ada: one"]


async def test_post_that_was_prepared_is_the_very_one_that_is_shown(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": ONE}) as rig:
        await rig.say(thread.event("hi"))

        (prepared,) = rig.adapter.prepared
        assert prepared is rig.adapter.posts(thread.ref)[0]


async def test_post_that_cannot_be_prepared_is_shown_all_the_same(tmp_path: Path) -> None:
    thread, adapter = Thread(), Unprepared()
    async with running(tmp_path, {"greet": ONE}, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))

        assert len(adapter.prepared) == 1
        assert rig.said(thread) == ["ada: one"]
        assert keys_sent_twice([adapter]) == []
