"""What a run's preview is told of model calls that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from autogen import GroupChat, GroupChatManager

from agents.durable import watching
from agents.models.port import CallState, Delta, ModelAnswer, ModelCall
from bot.errors import ModelFailedError
from tests.unit.durable.rig import LLM, Rig, Speaking, assistant, human

QUEUED = CallState(kind="queued", model="m", place=2)
ASKED = CallState(kind="asked", model="m", host="h")
AGAIN = CallState(kind="again", model="m", host="h")
SAYS_QUEUED = "Place 2 in the queue for m."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have people told at once."""
    monkeypatch.setattr(watching, "SILENCE", 0.0)


class Waiting(Speaking):
    """Fares as it is told to before it answers: states, words that do not count, or a failure."""

    def __init__(self, *fares: CallState | str | Exception) -> None:
        super().__init__()
        self.fares: Sequence[CallState | str | Exception] = fares
        self.waits = asyncio.Event()

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        for fare in self.fares:
            if isinstance(fare, Exception):
                raise fare
            if isinstance(fare, CallState):
                call.watch(fare)
            else:
                on_delta(fare)
        self.waits.set()
        return await super().complete(call, on_delta)


async def chat() -> Any:
    return await human(human_input_mode="NEVER").a_initiate_chat(assistant(), message="begin", max_turns=1)


async def test_place_in_the_queue_is_shown_under_the_agents_name_before_its_words() -> None:
    rig = Rig(Waiting(QUEUED))

    await rig.step(chat)

    [(path, agent, text)] = rig.preview.statuses
    assert (agent, text) == ("assistant", SAYS_QUEUED)
    assert rig.preview.deltas == [(path, "assistant", "well")]


async def test_words_of_a_host_that_died_are_taken_back() -> None:
    rig = Rig(Waiting("half an ans", AGAIN, ASKED))

    await rig.step(chat)

    assert [text for *_, text in rig.preview.statuses] == ["The answer broke off; m is asked once more."]
    assert rig.journal.said[-1] == ("assistant", "well")


async def test_call_that_fails_while_it_waits_shows_nothing_more() -> None:
    rig = Rig(Waiting(QUEUED, ModelFailedError("it broke")))

    with pytest.raises(ModelFailedError):
        await rig.step(chat)

    assert [text for *_, text in rig.preview.statuses] == [SAYS_QUEUED, ""]


async def test_call_that_is_cancelled_while_it_waits_shows_nothing_more() -> None:
    models = Waiting(QUEUED)
    models.during = forever
    rig = Rig(models)
    step = asyncio.ensure_future(rig.step(chat))
    await models.waits.wait()

    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step

    assert [text for *_, text in rig.preview.statuses] == [SAYS_QUEUED, ""]


async def forever(_: ModelCall) -> None:
    await asyncio.Event().wait()


async def test_selection_of_a_speaker_shows_nothing() -> None:
    rig = Rig(Waiting(QUEUED))
    rig.models.lines = {"checking_agent": ["one"], "speaker_selection_agent": ["one"], "one": ["hi"], "two": ["hi"]}

    async def group() -> Any:
        one, two, three = assistant("one"), assistant("two"), assistant("three")
        chat = GroupChat([one, two, three], [], max_round=3)
        manager = GroupChatManager(chat, llm_config=LLM)
        return await human(human_input_mode="NEVER").a_initiate_chat(manager, message="begin")

    await rig.step(group)

    asked = {call.agent for call in rig.models.calls}
    assert any("select" in agent or "check" in agent for agent in asked), asked
    assert {agent for _, agent, _ in rig.preview.statuses} <= {"one", "two", "three"}


async def test_calls_that_wait_side_by_side_are_told_of_by_their_paths() -> None:
    rig = Rig(Waiting(QUEUED))

    async def side_by_side() -> Any:
        one, two = assistant("one"), assistant("two")
        return await human(human_input_mode="NEVER").a_initiate_chats(
            [
                {"chat_id": number, "recipient": each, "message": "begin", "max_turns": 1, "summary_method": "last_msg"}
                for number, each in enumerate([one, two])
            ]
        )

    await rig.step(side_by_side)

    assert sorted(agent for _, agent, _ in rig.preview.statuses) == ["one", "two"]
    assert len({path for path, *_ in rig.preview.statuses}) == 2
