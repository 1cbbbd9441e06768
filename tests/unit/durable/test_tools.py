from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from autogen.agentchat.group import (
    AgentNameTarget,
    ContextVariables,
    ReplyResult,
    RevertToUserTarget,
    StayTarget,
    TerminateTarget,
)

from agents.durable.signals import Unwound
from agents.durable.values import decode, encode
from tests.unit.durable.rig import Rig, Speaking, assistant, human


async def _with_tool(rig: Rig, tool: Callable[..., Any]) -> Any:
    async def entry() -> Any:
        caller, proxy = assistant(), human(human_input_mode="NEVER")
        caller.register_for_llm(description="d")(tool)
        proxy.register_for_execution()(tool)
        return await proxy.a_initiate_chat(caller, message="x")

    return await rig.step(entry)


def leave() -> str:
    sys.exit(3)


async def leave_later() -> str:
    sys.exit(3)


@pytest.mark.parametrize("tool", [leave, leave_later])
async def test_tool_that_tries_to_end_the_process_fails_and_ends_nothing(tool: Callable[..., Any]) -> None:
    rig = Rig(Speaking({"assistant": [[(tool.__name__, {})], "TERMINATE"]}))

    await _with_tool(rig, tool)

    (turn,) = [turn for turn in rig.journal.turns.values() if turn.title]
    assert (turn.ok, turn.text) == (False, "Error: the tool tried to end the process (exit status 3)")


async def test_tool_that_the_executor_does_not_have_is_an_error_that_the_agent_reads() -> None:
    rig = Rig(Speaking({"assistant": [[("nothing_such", {})], "TERMINATE"]}))

    await _with_tool(rig, leave)

    assert rig.models.calls[1].messages[-1]["content"] == "Error: Function nothing_such not found."


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        "text",
        ["a", 1],
        {"a": {1: None}, (1, 2): "b"},
        (1, [2]),
        {1, "x"},
        frozenset({2}),
        b"\x00\xff",
        {},
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_of_plain_types_comes_back_exactly(value: Any) -> None:
    back = decode(encode(value, "it"))

    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize(
    "target",
    [AgentNameTarget("a"), StayTarget(), RevertToUserTarget(), TerminateTarget(), None],
    ids=lambda target: type(target).__name__,
)
def test_reply_result_with_its_target_comes_back_exactly(target: Any) -> None:
    reply = ReplyResult(message="m", target=target, context_variables=ContextVariables(data={"a": [1, {"b": (2,)}]}))

    back = decode(encode(reply, "it"))

    assert type(back.target) is type(target)
    assert back.model_dump() == reply.model_dump()


def test_context_variable_that_the_journal_cannot_keep_is_refused_by_name() -> None:
    with pytest.raises(Unwound, match="The context variable 'socket' is a object"):
        encode(ContextVariables(data={"socket": object()}).data["socket"], "The context variable 'socket'")
