from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from agents.models.port import ModelCall
from tests.unit.durable.rig import MemoryJournal, Rig, Speaking, agent, assistant, ends, human


def paths(journal: MemoryJournal) -> list[str]:
    return [effect.key.split(f"/{effect.kind}/")[0] for effect in journal.effects.values()]


async def test_key_is_chat_path_kind_agent_ordinal() -> None:
    rig = Rig(Speaking({"assistant": ["one", "two"]}))

    await rig.talk(lambda: human().a_initiate_chat(assistant(), message="hi"), "more", "exit")

    assert list(rig.journal.effects) == [
        "human>assistant.0/model/assistant/0",
        "human>assistant.0/human/human/0",
        "human>assistant.0/model/assistant/1",
        "human>assistant.0/human/human/1",
    ]


async def test_path_in_the_key_names_sequential_chats() -> None:
    rig = Rig(Speaking({"one": ["a"], "two": ["b"]}))

    async def entry() -> Any:
        proxy = human(human_input_mode="NEVER", max_consecutive_auto_reply=0)
        queue = [
            {"chat_id": 1, "recipient": assistant("one"), "message": "x"},
            {"chat_id": 2, "prerequisites": [1], "recipient": assistant("two"), "message": "y"},
        ]
        return (await proxy.a_initiate_chats(queue))[2]

    await rig.step(entry)

    assert paths(rig.journal) == ["human>one.0", "human>two.0"]


async def test_path_in_the_key_tells_two_chats_of_the_same_agents_apart() -> None:
    rig = Rig(Speaking({"assistant": ["a", "b"]}))

    async def entry() -> Any:
        proxy, other = human(human_input_mode="NEVER", max_consecutive_auto_reply=0), assistant()
        await proxy.a_initiate_chat(other, message="x")
        return await proxy.a_initiate_chat(other, message="y")

    await rig.step(entry)

    assert paths(rig.journal) == ["human>assistant.0", "human>assistant.1"]


async def test_path_in_the_key_names_nested_chats_within_their_chat() -> None:
    rig = Rig(Speaking({"outer": ["draft", "final TERMINATE"], "inner": ["idea"]}))

    async def entry() -> Any:
        outer, proxy = assistant("outer", is_termination_msg=ends), human(human_input_mode="NEVER")
        queue = [
            {"chat_id": 1, "sender": agent("asker"), "recipient": assistant("inner"), "message": "x", "max_turns": 1}
        ]
        proxy.register_nested_chats(queue, trigger=outer, use_async=True)
        return await proxy.a_initiate_chat(outer, message="x")

    await rig.step(entry)

    assert paths(rig.journal) == ["human>outer.0", "human>outer.0/asker>inner.0", "human>outer.0"]


@pytest.mark.filterwarnings("ignore:Repetitive recipients")
@pytest.mark.parametrize("seed", range(12))
async def test_agent_shared_by_parallel_chats_replays_right_under_shuffled_latencies(seed: int) -> None:
    latency = random.Random(seed)
    rig = Rig(Speaking())

    async def during(call: ModelCall) -> None:
        for _ in range(latency.randrange(40)):
            await asyncio.sleep(0)
        rig.models.lines["shared"] = [f"about {call.messages[-1]['content']}"]

    rig.models.during = during
    histories: dict[str, list[Any]] = {}

    async def entry() -> Any:
        shared, people = assistant("shared"), [human(f"h{n}") for n in range(3)]
        queue = [
            {"chat_id": n, "sender": person, "recipient": shared, "message": f"question {n}"}
            for n, person in enumerate(people)
        ]
        results = await people[0].a_initiate_chats(queue)
        histories.update({f"h{n}": [m["content"] for m in results[n].chat_history] for n in range(3)})
        return results[0]

    outcome = await rig.step(entry)
    while outcome.waiting:
        request = latency.choice(rig.journal.open)
        rounds = sum(key.startswith(request.key.rsplit("/", 1)[0]) for key in rig.journal.answers)
        rig.answer("exit" if rounds == 2 else f"{request.agent} round {rounds}", request=request)
        outcome = await rig.step(entry)

    assert histories == {
        f"h{n}": [
            f"question {n}",
            f"about question {n}",
            f"h{n} round 0",
            f"about h{n} round 0",
            f"h{n} round 1",
            f"about h{n} round 1",
        ]
        for n in range(3)
    }
    assert len(rig.models.calls) == 9
