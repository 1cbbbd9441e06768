from __future__ import annotations

import asyncio

import pytest

from adapters.discord.connecting.catching_up import Pace


async def test_who_comes_while_the_loop_is_late_goes_after_those_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    pace, gone = Pace(a_second=0.01), list[int]()
    loop, late = asyncio.get_running_loop(), [0.0]
    in_time = loop.time
    monkeypatch.setattr(loop, "time", lambda: in_time() + late[0])

    async def take(number: int) -> None:
        await pace.turn()
        gone.append(number)

    await take(1)
    async with asyncio.TaskGroup() as group:
        group.create_task(take(2))
        await asyncio.sleep(0)
        late[0] = 1000.0
        group.create_task(take(3))

    assert gone == [1, 2, 3]


async def test_who_is_cancelled_while_waiting_keeps_nobody_from_their_turn() -> None:
    pace, gone = Pace(a_second=1000), list[int]()

    async def take(number: int) -> None:
        await pace.turn()
        gone.append(number)

    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(take(number)) for number in range(4)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        waiting[2].cancel()

    assert gone == [0, 3]
