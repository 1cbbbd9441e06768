from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain import Effect, RunStatus
from bot.engine import Limits
from tests.fakes import FakeAdapter, Thread
from tests.integration.warm.bot import bot
from tests.unit.durable.rig import Speaking

PLANS = {"assistant": ["A plan.", "A cheaper plan.", "A shorter plan."]}
WORDS = ("plan a trip", "cheaper", "shorter")


def told(effects: list[Effect]) -> list[tuple[str, str, object, int]]:
    return [(effect.key, effect.request, effect.value, effect.completed) for effect in effects]


async def test_answer_resumes_a_warm_run_without_any_replay(tmp_path: Path) -> None:
    thread, models = Thread(), Speaking(PLANS)

    async with bot(tmp_path, models, FakeAdapter()) as warm:
        await warm.say(thread, *WORDS, "exit")

        assert await warm.rig.statuses(thread) == [RunStatus.COMPLETED]
        assert warm.rig.said(thread) == [
            "assistant: A plan.",
            "assistant: A cheaper plan.",
            "assistant: A shorter plan.",
        ]
        assert (warm.teams.loads, len(warm.teams.peeks), len(models.calls)) == (1, 3, 3)
        assert warm.warm == 0


async def test_warm_run_leaves_in_the_store_what_a_replayed_one_leaves(tmp_path: Path) -> None:
    thread = Thread()
    found, loads = [], []
    for name, room in (("warm", None), ("cold", 0)):
        (tmp_path / name).mkdir()
        adapter = FakeAdapter()
        async with bot(tmp_path / name, Speaking(PLANS), adapter, room=room) as each:
            await each.say(thread, *WORDS, "exit")
            found.append((told(await each.effects(thread)), adapter.lines(thread.ref)))
            loads.append(each.teams.loads)

    assert found[0] == found[1]
    assert loads == [1, 4]


async def test_journal_says_how_far_it_is_and_whether_the_question_is_answered(tmp_path: Path) -> None:
    thread = Thread()

    async with bot(tmp_path, Speaking(PLANS), FakeAdapter()) as warm:
        await warm.say(thread, *WORDS)

        before = [len([e for e in await warm.effects(thread) if e.kind == kind]) for kind in ("model", "human")]
        first, second = warm.teams.peeks
        assert before == [3, 3]
        assert [(p.effects, p.answers, p.answer and p.answer.text) for p in (first, second)] == [
            (2, 0, "cheaper"),
            (4, 1, "shorter"),
        ]


async def test_warm_run_may_have_no_more_answers_than_a_replayed_one(tmp_path: Path) -> None:
    thread, adapter = Thread(), FakeAdapter()

    async with bot(tmp_path, Speaking(PLANS), adapter, limits=Limits(human_turns=2)) as warm:
        await warm.say(thread, *WORDS)

        [run] = await warm.rig.runs(thread)
        assert run.status is RunStatus.COMPLETED
        assert run.stop_reason.startswith("it has had 2 answers")
        assert (warm.teams.loads, warm.warm) == (1, 0)


async def test_run_that_another_process_took_further_is_replayed(tmp_path: Path) -> None:
    thread, adapter, models = Thread(), FakeAdapter(), Speaking(PLANS)

    async with bot(tmp_path, models, adapter) as first:
        await first.say(thread, "plan a trip")
        async with bot(tmp_path, models, adapter) as second:
            await second.say(thread, "cheaper")
        before = first.warm
        await first.say(thread, "exit")

        assert (before, first.warm) == (1, 0)
        assert (first.teams.loads, len(models.calls)) == (2, 2)
        assert first.rig.said(thread) == ["assistant: A plan.", "assistant: A cheaper plan."]
        assert await first.rig.statuses(thread) == [RunStatus.COMPLETED]


async def test_run_that_waits_beyond_the_room_is_replayed_and_the_others_are_not(tmp_path: Path) -> None:
    threads = [Thread(f"t{number}") for number in range(4)]

    async with bot(tmp_path, Speaking(), FakeAdapter(), room=2) as warm:
        for thread in threads:
            await warm.say(thread, "hello")
        waiting = warm.warm
        for thread in reversed(threads):
            await warm.say(thread, "exit")

        assert waiting == 2
        assert warm.teams.loads == 4 + 2
        assert {status for thread in threads for status in await warm.rig.statuses(thread)} == {RunStatus.COMPLETED}


async def test_closing_lets_go_of_every_warm_run_and_the_next_process_replays_them(tmp_path: Path) -> None:
    threads, adapter, models = [Thread(f"t{number}") for number in range(3)], FakeAdapter(), Speaking()
    async with bot(tmp_path, models, adapter) as first:
        for thread in threads:
            await first.say(thread, "hello")
        waiting = first.warm
        await first.teams.teams.close()
        closed = first.warm

    async with bot(tmp_path, models, adapter) as second:
        for thread in threads:
            await second.say(thread, "exit")

        assert (waiting, closed) == (3, 0)
        assert (second.teams.loads, len(models.calls)) == (3, 3)
        assert {status for thread in threads for status in await second.rig.statuses(thread)} == {RunStatus.COMPLETED}


@pytest.mark.parametrize("way", ["stop", "expiry"])
async def test_run_that_ends_while_it_waits_warm_leaves_nothing_in_memory(tmp_path: Path, way: str) -> None:
    thread = Thread()

    async with bot(tmp_path, Speaking(PLANS), FakeAdapter()) as warm:
        await warm.say(thread, "plan a trip")
        before = warm.warm
        if way == "stop":
            await warm.rig.say(thread.stop())
        else:
            await warm.rig.pass_time(31 * 86400.0)

        assert (before, warm.warm) == (1, 0)
        assert await warm.rig.statuses(thread) == [RunStatus.CANCELLED]
        assert warm.rig.said(thread) == ["assistant: A plan."]


async def test_process_that_ends_leaves_no_task_of_a_warm_run(tmp_path: Path) -> None:
    before = asyncio.all_tasks()

    async with bot(tmp_path, Speaking(PLANS), FakeAdapter()) as warm:
        await warm.say(Thread(), "plan a trip")

    assert asyncio.all_tasks() == before
