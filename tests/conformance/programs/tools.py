"""Tools of two agents: approved, interrupted by words, side by side, failing, of every kind of result."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from autogen import ConversableAgent

from tests.conformance.case import Env, Json, ends, outcome, program

CLEANING: dict[str, Any] = {
    "assistant": [
        {"content": "two calls", "tool_calls": [("delete_file", {"path": "x"}), ("read_file", {"path": "y"})]},
        {"content": "one more", "tool_calls": [("delete_file", {"path": "z"})]},
        "All done. TERMINATE",
    ]
}


def _give(tools: list[Callable[..., Any]], caller: ConversableAgent, executor: ConversableAgent) -> None:
    for tool in tools:
        caller.register_for_llm(description=tool.__name__)(tool)
        executor.register_for_execution()(tool)


async def _clean(env: Env, **more: Any) -> Json:
    def delete_file(path: Annotated[str, "p"]) -> str:
        env.effect(f"delete {path}")
        return f"deleted {path}"

    async def read_file(path: Annotated[str, "p"]) -> str:
        env.effect(f"read {path}")
        return f"contents of {path}"

    assistant, human = env.assistant("assistant"), env.human(is_termination_msg=ends, **more)
    _give([delete_file, read_file], assistant, human)

    result = await human.a_initiate_chat(assistant, message="Clean up")

    return outcome(result, [assistant, human])


@program(scripts=CLEANING, answers=("yes", "no: keep it"), approve=frozenset({"delete_file"}))
async def tools_approve(env: Env) -> Json:
    return await _clean(env, human_input_mode="NEVER")


@program(scripts=CLEANING, answers=("no; yes", "text: rather not"), approve=frozenset({"*"}))
async def tools_approve_all(env: Env) -> Json:
    return await _clean(env, human_input_mode="NEVER")


@program(scripts=CLEANING, answers=("", "do not", "exit"))
async def tools_always(env: Env) -> Json:
    return await _clean(env)


@program(scripts=CLEANING, answers=("leave both alone", "", "exit"))
async def tools_interrupted_by_words(env: Env) -> Json:
    return await _clean(env)


@program(
    scripts={
        "assistant": [
            {"content": "", "tool_calls": [("fail", {"n": 1}), ("fail_async", {"n": 2}), ("nothing_such", {})]},
            {"content": "", "tool_calls": [("fail", {"wrong": "argument"})]},
            {"content": "", "tool_calls": [("fail", "{not json")]},
            "Nothing worked. TERMINATE",
        ]
    },
    answers=("", "", "", ""),
)
async def tools_that_fail(env: Env) -> Json:
    def fail(n: Annotated[int, "n"]) -> str:
        env.effect(f"fail {n}")
        raise ValueError(f"no {n}")

    async def fail_async(n: Annotated[int, "n"]) -> str:
        env.effect(f"fail_async {n}")
        raise KeyError(n)

    assistant, human = env.assistant("assistant"), env.human(is_termination_msg=ends)
    _give([fail, fail_async], assistant, human)

    result = await human.a_initiate_chat(assistant, message="Try")

    return outcome(result, [assistant, human])


KINDS = ("text", "number", "truth", "nothing", "list", "dict", "tuple")


@program(
    scripts={"assistant": [{"content": "", "tool_calls": [("give", {"kind": kind}) for kind in KINDS]}, "TERMINATE"]}
)
async def tools_of_any_result(env: Env) -> Json:
    values: dict[str, Any] = {
        "text": "plain",
        "number": 1.5,
        "truth": True,
        "nothing": None,
        "list": [1, "two"],
        "dict": {"a": {"b": [None]}},
        "tuple": (1, 2),
    }

    def give(kind: Annotated[str, "kind"]) -> Any:
        env.effect(f"give {kind}")
        return values[kind]

    assistant = env.assistant("assistant")
    proxy = env.human(human_input_mode="NEVER", is_termination_msg=ends)
    _give([give], assistant, proxy)

    result = await proxy.a_initiate_chat(assistant, message="Give")

    return outcome(result, [assistant, proxy])


@program(
    scripts={
        "assistant": [
            {
                "content": "",
                "tool_calls": [("wait", {"name": "a", "ms": 30}), ("wait", {"name": "b", "ms": 1}), ("block", {})],
            },
            "All came. TERMINATE",
        ]
    },
    answers=("",),
)
async def tools_side_by_side(env: Env) -> Json:
    async def wait(name: Annotated[str, "name"], ms: Annotated[int, "ms"]) -> str:
        await asyncio.sleep(ms / 1000)
        env.effect(f"wait {name}")
        return f"{name} after {ms} ms"

    def block() -> str:
        env.effect("block", seconds=0.05)
        return "blocked"

    assistant, human = env.assistant("assistant"), env.human(is_termination_msg=ends, human_input_mode="TERMINATE")
    _give([wait, block], assistant, human)

    result = await human.a_initiate_chat(assistant, message="Wait")

    return outcome(result, [assistant, human])
