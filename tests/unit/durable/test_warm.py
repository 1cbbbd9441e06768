from __future__ import annotations

import asyncio
from typing import Any

from agents.durable import WarmRuns
from bot.domain import Outcome
from tests.unit.durable.rig import Rig, Speaking, assistant, human


def talk() -> Any:
    return human().a_initiate_chat(assistant(), message="x")


async def warmly(rig: Rig, warm: WarmRuns, *answers: str) -> Outcome:
    outcome = await rig.step(talk, warm=warm)
    for text in answers:
        rig.answer(text)
        again = await warm.resume(rig.run.id, rig.journal, rig.preview)
        assert again is not None
        outcome = again
    return outcome


async def test_warm_run_leaves_the_journal_that_a_replayed_one_leaves() -> None:
    cold, hot, warm = Rig(Speaking({"assistant": ["a", "b"]})), Rig(Speaking({"assistant": ["a", "b"]})), WarmRuns()

    first = await cold.talk(talk, "more", "exit")
    second = await warmly(hot, warm, "more", "exit")

    assert (first.summary, first.waiting) == (second.summary, second.waiting) == ("b", False)
    assert [(e.key, e.request, e.completed) for e in cold.journal.effects.values()] == [
        (e.key, e.request, e.completed) for e in hot.journal.effects.values()
    ]
    assert cold.journal.turns == hot.journal.turns
    assert len(warm) == 0


async def test_warm_run_that_was_dropped_is_replayed() -> None:
    rig, warm = Rig(Speaking({"assistant": ["a", "b"]})), WarmRuns()
    await warmly(rig, warm)
    await warm.close()
    rig.answer("more")

    assert await warm.resume(rig.run.id, rig.journal, rig.preview) is None
    outcome = await rig.step(talk, warm=warm)
    await warm.close()

    assert outcome.waiting
    assert rig.journal.said == [("assistant", "a"), ("assistant", "b")]
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_warm_run_that_another_process_took_further_is_replayed() -> None:
    rig, warm = Rig(Speaking({"assistant": ["a", "b", "c"]})), WarmRuns()
    await warmly(rig, warm)
    await rig.talk(
        talk,
    )
    rig.answer("more")
    await rig.step(talk)
    rig.answer("and more")

    assert await warm.resume(rig.run.id, rig.journal, rig.preview) is None
    assert len(warm) == 0


async def test_warm_runs_have_no_more_room_than_they_were_given() -> None:
    from dataclasses import replace

    from bot.domain import RunId

    warm = WarmRuns(room=2)
    for n in range(5):
        rig = Rig()
        rig.run = replace(rig.run, id=RunId(f"r{n}"))
        await rig.step(talk, warm=warm)

    assert len(warm) == 2
    await warm.close()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
