"""What models used for calls that were stopped or failed is counted all the same."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents.models.counting import estimate
from agents.models.failures import unreachable
from agents.models.port import Delta, ModelAnswer, ModelCall
from bot.errors import FencedError, ModelFailedError, StoreError
from tests.unit.durable.rig import MemoryJournal, Rig, Speaking, assistant, human

WORDS = ["one ", "two ", "three "]


class Breaking(Speaking):
    """Says some words, and then what it is told to do happens."""

    def __init__(self, words: list[str], error: Exception | None) -> None:
        super().__init__()
        self._words = words
        self._error = error
        self.said = asyncio.Event()

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self.calls.append(call)
        for word in self._words:
            on_delta(word)
        self.said.set()
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")


class Unwritable(MemoryJournal):
    """A journal that counts nothing."""

    async def use(self, tokens: int) -> None:
        raise StoreError("the disk is full")


async def chat() -> Any:
    return await human(human_input_mode="NEVER").a_initiate_chat(assistant(), message="begin " * 50, max_turns=2)


def expected(models: Speaking, said: str) -> int:
    [call] = models.calls
    return estimate([*call.messages, {"role": "assistant", "content": said, "tool_calls": None}], call.tools)


async def stopped(rig: Rig, models: Breaking) -> None:
    step = asyncio.ensure_future(rig.step(chat))
    await models.said.wait()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step


async def test_call_that_is_stopped_costs_its_prompt_and_what_was_said() -> None:
    models = Breaking(WORDS, None)
    rig = Rig(models)

    await stopped(rig, models)

    assert rig.journal.used == [expected(models, "".join(WORDS))]
    assert rig.journal.used[0] > 50


@pytest.mark.parametrize("words", [WORDS, []], ids=["after some words", "at once"])
async def test_call_that_fails_costs_its_prompt_and_what_was_said(words: list[str]) -> None:
    models = Breaking(words, ModelFailedError("it broke"))
    rig = Rig(models)

    with pytest.raises(ModelFailedError):
        await rig.step(chat)

    assert rig.journal.used == [expected(models, "".join(words))]


async def test_server_that_was_not_reached_costs_nothing() -> None:
    error = unreachable("host", OSError("refused"))
    rig = Rig(Breaking([], error))

    with pytest.raises(type(error)):
        await rig.step(chat)

    assert rig.journal.used == []


async def test_answer_that_nobody_recorded_because_of_a_stop_is_counted() -> None:
    answered = asyncio.Event()

    rig = Rig(Speaking({"assistant": ["well"]}))

    async def entry() -> Any:
        await assistant().a_generate_reply(messages=[{"role": "user", "content": "x"}])
        answered.set()
        await asyncio.Event().wait()

    step = asyncio.ensure_future(rig.step(entry))
    await answered.wait()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step

    assert (rig.journal.used, [batch.tokens for batch in rig.journal.batches]) == ([10], [])


async def test_answer_that_is_recorded_is_not_counted_twice() -> None:
    rig = Rig(Speaking({"assistant": ["well"]}))

    await rig.step(chat)

    assert rig.journal.used == []
    assert sum(batch.tokens for batch in rig.journal.batches) == 10 * len(rig.models.calls)


async def test_error_of_the_call_is_told_where_nothing_can_be_counted() -> None:
    rig = Rig(Breaking([], FencedError("x")), Unwritable())

    with pytest.raises(FencedError):
        await rig.step(chat)
