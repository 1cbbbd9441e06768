from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain import ThreadRef
from bot.engine.preview import StepPreview
from bot.engine.promise import Promise, PromisedStore
from bot.engine.waker import Waker
from bot.errors import FencedError
from tests.fakes import FakeAdapter

THREAD = ThreadRef(adapter="fake", workspace="w", channel="c", thread="t")


class Noting:
    """A store that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def write(self, work: Callable[[Any], Any], *, patient: bool = False, first: bool = False) -> Any:
        self.asked.append(f"write {patient}")
        return work(None)

    async def read(self, work: Callable[[Any], Any]) -> Any:
        self.asked.append("read")
        return work(None)

    async def close(self) -> None:
        self.asked.append("close")


async def test_nothing_is_read_or_written_before_the_promise_is_kept() -> None:
    store, promise, done = Noting(), Promise(), list[str]()
    promised = PromisedStore(store, promise)

    async with asyncio.TaskGroup() as group:
        group.create_task(promised.write(lambda _: done.append("written"), patient=True))
        group.create_task(promised.read(lambda _: done.append("read")))
        await asyncio.sleep(0)
        before = list(done)
        promise.keep()
    await promised.close()

    assert (before, done) == ([], ["written", "read"])
    assert store.asked == ["write True", "write True", "read"]
    assert not promise.withdrawn


async def test_what_the_store_knows_to_be_durable_is_written_before_the_loop_is_told() -> None:
    store, promise = Noting(), Promise()
    promise.become_durable()

    assert await PromisedStore(store, promise).write(lambda _: 1) == 1

    assert (store.asked, promise.kept) == (["write False"], False)


async def test_what_came_too_soon_leaves_no_trace_when_the_promise_is_withdrawn() -> None:
    store, promise, done = Noting(), Promise(), list[str]()
    promised = PromisedStore(store, promise)

    async with asyncio.TaskGroup() as group:
        writing = group.create_task(_fenced(promised.write(lambda _: done.append("written"))))
        await asyncio.sleep(0)
        promise.withdraw()

    assert (await writing, store.asked, done) == (True, ["write False"], [])


async def test_store_is_never_asked_after_the_promise_is_withdrawn() -> None:
    store, promise = Noting(), Promise()
    promised = PromisedStore(store, promise)
    promise.withdraw()

    for asked in (promised.write, promised.read):
        with pytest.raises(FencedError):
            await asked(lambda _: None)

    assert (store.asked, promise.withdrawn, promise.kept) == ([], True, False)


async def _fenced(writing: Awaitable[object]) -> bool:
    with pytest.raises(FencedError):
        await writing
    return True


def test_preview_of_what_comes_too_early_is_shown_with_what_comes_later() -> None:
    adapter, may_show = FakeAdapter(), False
    preview = StepPreview(adapter, THREAD, shows=lambda: may_show)

    preview.delta("p", "ada", "too ")
    early = list(adapter.previews)
    may_show = True
    preview.delta("p", "ada", "early")
    preview.end("p")

    assert early == []
    assert adapter.previews == [("p", "ada", "too "), ("p", "ada", "early"), ("p", "ada", "")]


@pytest.mark.parametrize("end", [lambda preview: preview.end("p"), lambda preview: preview.end_all()])
def test_preview_that_ended_before_it_could_be_shown_is_never_shown(end: Callable[[StepPreview], None]) -> None:
    adapter, may_show = FakeAdapter(), False
    preview = StepPreview(adapter, THREAD, shows=lambda: may_show)

    preview.delta("p", "ada", "too early")
    end(preview)
    may_show = True
    preview.delta("q", "ben", "now")

    assert adapter.previews == [("q", "ben", "now")]


async def test_waker_calls_on_the_loop_for_another_thread_until_it_is_closed() -> None:
    waker, called = Waker("test-waker"), asyncio.Event()
    loop = asyncio.get_running_loop()
    closed = asyncio.new_event_loop()
    closed.close()

    waker.call(closed, called.set)
    await asyncio.to_thread(waker.call, loop, called.set)
    await called.wait()
    waker.close()
    while any(thread.name == "test-waker" for thread in threading.enumerate()):  # noqa: ASYNC110 - no event tells it
        await asyncio.sleep(0.001)
