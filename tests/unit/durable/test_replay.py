from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pytest

from agents.durable.recorder import AT_ONCE
from agents.models.port import ModelCall
from bot.domain import Answer, Batch, EffectState
from bot.errors import FencedError, ModelFailedError, RetryLaterError, StoreFullError
from tests.unit.durable.rig import PERSON, START, MemoryJournal, Rig, Speaking, assistant, human


def talk() -> Any:
    return human().a_initiate_chat(assistant(), message="x")


async def test_usage_is_booked_again_on_replay_so_the_cost_is_equal() -> None:
    rig, costs = Rig(Speaking({"assistant": ["one", "two", "three"]})), list[Any]()

    async def entry() -> Any:
        result = await talk()
        costs.append(result.cost)
        return result

    await rig.talk(entry, "more", "and more", "exit")
    await Rig(Speaking(), rig.journal).step(entry)

    assert costs[0] == costs[1]
    assert costs[0]["usage_including_cached_inference"]["m"]["total_tokens"] == 30


async def test_replay_of_an_ended_run_asks_nobody_and_records_nothing() -> None:
    rig = Rig(Speaking({"assistant": ["one", "two"]}))
    first = await rig.talk(talk, "more", "exit")
    batches = len(rig.journal.batches)

    again = Rig(Speaking(), rig.journal)
    second = await again.step(talk)

    assert (second.summary, second.stop_reason) == (first.summary, first.stop_reason)
    assert (again.models.calls, len(rig.journal.batches)) == ([], batches)


async def test_replay_of_a_chat_alone_yields_to_the_loop_after_some_effects() -> None:
    rig = Rig(Speaking({"assistant": ["on"]}))
    await rig.talk(talk, *["more"] * 40)
    ticks = 0

    async def ticking() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        ticker = group.create_task(ticking())
        await asyncio.sleep(0)
        ticks = 0
        await rig.step(talk)
        ticker.cancel()

    done = [effect for effect in rig.journal.effects.values() if effect.state is EffectState.DONE]
    assert ticks >= len(done) // AT_ONCE == 81 // AT_ONCE


async def test_turn_its_effect_and_the_question_after_it_are_one_commit() -> None:
    rig = Rig(Speaking({"assistant": ["one"]}))

    await rig.step(talk)

    assert [
        ([effect.kind for effect in batch.effects], len(batch.turns), len(batch.requests))
        for batch in rig.journal.batches
    ] == [(["model", "human"], 1, 1)]


async def test_answer_that_was_kept_goes_on_without_unwinding() -> None:
    rig = Rig(Speaking({"assistant": ["one", "two"]}))
    rig.journal.at_once["human"] = Answer(text="kept words", by=PERSON, at=START)

    outcome = await rig.step(talk)

    assert outcome.waiting
    assert [call.messages[-1]["content"] for call in rig.models.calls] == ["x", "kept words"]


async def test_answer_with_an_image_becomes_the_parts_of_a_message() -> None:
    from bot.domain import Attachment

    rig = Rig(Speaking({"assistant": ["one", "two"]}))
    await rig.step(talk)
    image = Attachment(name="a.png", media_type="image/png", data=b"\x89PNG")
    key = rig.journal.open[0].key
    rig.journal.answers[key] = Answer(text="look", attachments=(image,), by=PERSON, at=START)

    await rig.step(talk)
    again = Rig(rig.models, rig.journal)
    again.answer("exit")
    await again.step(talk)

    assert rig.models.calls[1].messages[-1]["content"] == [
        {"type": "text", "text": "look"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
    ]


@pytest.mark.parametrize("error", [FencedError("another step"), StoreFullError("full")], ids=["fenced", "full"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
async def test_commit_that_fails_ends_the_step_and_nothing_runs_after_it(at: int, error: Exception) -> None:
    ran: list[str] = []

    async def entry() -> Any:
        def send(to: Annotated[str, "to"]) -> str:
            ran.append(to)
            return "sent"

        caller, proxy = assistant(), human(human_input_mode="TERMINATE", max_consecutive_auto_reply=2)
        caller.register_for_llm(description="d")(send)
        proxy.register_for_execution()(send)
        return await proxy.a_initiate_chat(caller, message="x")

    models = Speaking({"assistant": [[("send", {"to": "a"}), ("send", {"to": "b"})], [("send", {"to": "c"})], "done"]})
    rig = Rig(models, MemoryJournal(errors_at={at: error}))

    with pytest.raises(type(error)) as raised:
        await rig.step(entry)
    calls, done = len(models.calls), list(ran)
    await asyncio.sleep(0.02)

    assert raised.value is error
    assert (len(models.calls), ran) == (calls, done)
    assert len(rig.journal.batches) == at
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


@pytest.mark.parametrize("error", [RetryLaterError("busy", retry_after=3), ModelFailedError("no such model")])
async def test_error_of_a_model_host_comes_out_as_it_is_and_the_next_step_goes_on(error: Exception) -> None:
    rig = Rig(Speaking({"assistant": ["one"]}))

    async def refuse(call: ModelCall) -> None:
        raise error

    rig.models.during = refuse
    with pytest.raises(type(error)) as raised:
        await rig.step(talk)
    rig.models.during = None
    outcome = await rig.step(talk)

    assert raised.value is error
    assert outcome.waiting


async def test_error_of_one_parallel_chat_ends_the_step_also_when_another_waits() -> None:
    rig = Rig()

    async def during(call: ModelCall) -> None:
        if call.agent == "b":
            await asyncio.sleep(0.01)
            raise ModelFailedError("b has no model")

    rig.models.during = during

    async def entry() -> Any:
        queue = [
            {"chat_id": 1, "sender": human("h1"), "recipient": assistant("a"), "message": "x"},
            {"chat_id": 2, "sender": human("h2"), "recipient": assistant("b"), "message": "y"},
        ]
        return await human().a_initiate_chats(queue)

    with pytest.raises(ModelFailedError, match="b has no model"):
        await rig.step(entry)


async def test_parallel_chats_each_come_to_their_own_question_in_one_step() -> None:
    rig = Rig()

    async def during(call: ModelCall) -> None:
        await asyncio.sleep(0.01 if call.agent == "b" else 0)

    rig.models.during = during

    async def entry() -> Any:
        queue = [
            {"chat_id": n, "sender": human(f"h{n}"), "recipient": assistant(name), "message": "x"}
            for n, name in enumerate("ab")
        ]
        return await human().a_initiate_chats(queue)

    await rig.step(entry)

    assert sorted(request.agent for request in rig.journal.open) == ["h0", "h1"]


@pytest.mark.parametrize("kind", ["model", "tool", "parallel"])
async def test_cancelling_a_step_leaves_no_task(kind: str) -> None:
    entered = asyncio.Event()
    rig = Rig(Speaking({"assistant": [[("wait", {}), ("wait", {})]]}))

    async def hang(*_: Any) -> None:
        entered.set()
        await asyncio.Event().wait()

    async def entry() -> Any:
        async def wait() -> str:
            await hang()
            return "never"

        people, others = [human("h0"), human("h1")], [assistant(), assistant("b")]
        people[0].human_input_mode = "NEVER"
        others[0].register_for_llm(description="d")(wait)
        people[0].register_for_execution()(wait)
        queue = [
            {"chat_id": n, "sender": person, "recipient": other, "message": "x"}
            for n, (person, other) in enumerate(zip(people, others, strict=True))
        ]
        return await people[0].a_initiate_chats(queue[: 2 if kind == "parallel" else 1])

    rig.models.during = hang if kind != "tool" else None
    async with asyncio.TaskGroup() as group:
        step = group.create_task(rig.step(entry))
        await entered.wait()
        step.cancel()

    assert step.cancelled()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_batch_is_never_empty() -> None:
    rig = Rig(Speaking({"assistant": ["one", "two"]}))

    await rig.talk(talk, "more", "exit")

    assert Batch() not in rig.journal.batches
