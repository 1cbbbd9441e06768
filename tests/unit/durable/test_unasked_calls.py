"""A call on which no server has worked uses nothing of a budget."""

from __future__ import annotations

from typing import Literal

import pytest

from agents.models.failures import HostBusyError, ModelMissingError
from agents.models.port import CallState, Delta, ModelAnswer, ModelCall
from bot.errors import ModelFailedError
from tests.unit.durable.rig import Rig, Speaking
from tests.unit.durable.test_further_requests import chat


class Failing(Speaking):
    """Tells how a call fares, and fails it."""

    def __init__(self, error: Exception, *kinds: Literal["queued", "loading", "asked", "again"]) -> None:
        super().__init__()
        self._error = error
        self._kinds = kinds

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        for kind in self._kinds:
            call.watch(CallState(kind=kind, model="m"))
        raise self._error


@pytest.mark.parametrize(
    "models",
    [
        Failing(ModelFailedError("cancelled in the queue"), "queued"),
        Failing(ModelFailedError("does not fit"), "queued", "loading"),
        Failing(HostBusyError("busy"), "asked"),
        Failing(ModelMissingError("no such model")),
    ],
)
async def test_call_that_no_model_has_worked_on_is_not_counted(models: Failing) -> None:
    rig = Rig(models)

    with pytest.raises(type(models._error)):
        await rig.step(chat)

    assert rig.journal.used == []


async def test_call_that_was_asked_and_then_waits_for_another_host_is_counted() -> None:
    rig = Rig(Failing(ModelFailedError("broke"), "queued", "asked", "queued"))

    with pytest.raises(ModelFailedError):
        await rig.step(chat)

    assert len(rig.journal.used) == 1
