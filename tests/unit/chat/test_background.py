from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from adapters.chat.background import Background
from adapters.chat.recent import Recent


async def test_work_that_fails_ends_neither_the_others_nor_the_bot() -> None:
    background = Background()
    done = asyncio.Event()

    async def fail() -> None:
        raise ValueError("no")

    async def succeed() -> None:
        done.set()

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(background.run())
            await asyncio.sleep(0)
            assert background.start(fail)
            assert background.start(succeed)
            await done.wait()
            running.cancel()

    assert [log["event"] for log in logs] == ["chat.decoration_failed"]


async def test_nothing_is_begun_while_it_does_not_run() -> None:
    background = Background()

    async def never() -> None:
        raise AssertionError

    assert not background.running
    assert not background.start(never)


async def test_what_is_under_way_ends_with_it() -> None:
    background = Background()
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with asyncio.TaskGroup() as group:
        running = group.create_task(background.run())
        await asyncio.sleep(0)
        background.start(wait)
        await asyncio.sleep(0.01)
        running.cancel()

    assert ended.is_set()
    assert not background.running


def test_memory_forgets_what_was_set_longest_ago() -> None:
    recent: Recent[str, int] = Recent(2)
    recent["a"] = 1
    recent["b"] = 2
    recent["a"] = 3
    recent["c"] = 4

    assert dict(recent) == {"a": 3, "c": 4}
