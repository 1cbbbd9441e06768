"""What one model call's several requests use is counted as each ends, and budgets are asked before a further one."""

from __future__ import annotations

from typing import Any

import pytest

from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.teams.rescues.client import Rescued
from bot.errors import ModelFailedError, OverBudgetError, RetryLaterError
from tests.unit.durable.rig import MemoryJournal, Rig, Speaking, assistant, human


class Mended(Speaking):
    """Says nothing at first, and is asked once more."""

    def __init__(self, second: str | Exception) -> None:
        super().__init__()
        self.second = second
        self.requests = 0

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self.calls.append(call)
        return await Rescued(Requests(self)).complete(call, on_delta)


class Requests(Speaking):
    """The server behind it."""

    def __init__(self, outer: Mended) -> None:
        super().__init__()
        self._outer = outer

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self._outer.requests += 1
        said: str | Exception = "" if self._outer.requests == 1 else self._outer.second
        if isinstance(said, Exception):
            raise said
        return ModelAnswer(content=said, model="m", prompt_tokens=7, completion_tokens=3)


class Strict(MemoryJournal):
    """A journal whose budget the first request uses up."""

    async def permit(self) -> None:
        if sum(self.used) >= 10:
            raise OverBudgetError("the budget is used up")


async def chat() -> Any:
    return await human(human_input_mode="NEVER").a_initiate_chat(assistant(), message="begin", max_turns=1)


async def test_first_request_is_counted_before_the_second_is_made_and_none_twice() -> None:
    rig = Rig(Mended("well"))

    await rig.step(chat)

    assert (rig.journal.used, sum(batch.tokens for batch in rig.journal.batches)) == ([10], 10)


async def test_second_request_is_not_made_where_the_first_used_up_the_budget() -> None:
    models = Mended("well")
    rig = Rig(models, journal=Strict())

    with pytest.raises(OverBudgetError):
        await rig.step(chat)

    assert (models.requests, rig.journal.used) == (1, [10])


@pytest.mark.parametrize("error", [ModelFailedError("out of memory"), RetryLaterError("busy")])
async def test_second_request_that_fails_is_counted_once_beside_the_first(error: Exception) -> None:
    rig = Rig(Mended(error))

    with pytest.raises(type(error)):
        await rig.step(chat)

    assert rig.journal.used[0] == 10
    assert len(rig.journal.used) == 2
