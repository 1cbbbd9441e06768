"""Tools that name where to go on."""

from __future__ import annotations

from typing import Annotated, Any

from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group import (
    AgentNameTarget,
    ContextVariables,
    ReplyResult,
    RevertToUserTarget,
    StayTarget,
    TerminateTarget,
)
from autogen.agentchat.group.patterns import DefaultPattern

from tests.conformance.case import Env, Json, ends, outcome, program, typed


def _go(place: str, note: str) -> dict[str, Any]:
    return {"content": "", "tool_calls": [("go", {"place": place, "note": note})]}


def _tool(env: Env) -> Any:
    targets: dict[str, Any] = {
        "stay": StayTarget,
        "user": RevertToUserTarget,
        "end": TerminateTarget,
        "desk": lambda: AgentNameTarget("desk"),
    }

    @typed
    def go(place: Annotated[str, "p"], note: Annotated[str, "n"], context_variables: ContextVariables) -> ReplyResult:
        """Go somewhere."""
        env.effect(f"go {place}")
        seen = [*(context_variables.get("seen") or []), place]
        return ReplyResult(
            message=f"{place}: {note}", target=targets[place](), context_variables=ContextVariables(data={"seen": seen})
        )

    return go


@program(
    scripts={
        "front": [_go("stay", "once more"), _go("desk", "over to you"), "front again", _go("end", "enough")],
        "desk": ["desk speaks", _go("user", "your turn"), "desk waits", "desk still waits"],
    },
    answers=("hello desk", "and now?", "", "more", "exit"),
)
async def targets_of_tools(env: Env) -> Json:
    go = _tool(env)
    front, desk, human = env.agent("front", functions=[go]), env.agent("desk", functions=[go]), env.human()
    front.handoffs.set_after_work(RevertToUserTarget())
    desk.handoffs.set_after_work(RevertToUserTarget())
    pattern = DefaultPattern(
        initial_agent=front,
        agents=[front, desk],
        user_agent=human,
        context_variables=ContextVariables(data={"seen": []}),
        group_manager_args={"llm_config": env.llm(), "is_termination_msg": ends},
    )

    result, context, last = await a_initiate_group_chat(pattern=pattern, messages="Where to?", max_rounds=20)

    return outcome(result, [front, desk, human], context=context.to_dict(), last=last.name)


@program(scripts={"front": ["What do you want?", _go("end", "enough")]}, answers=("to leave",))
async def targets_that_end(env: Env) -> Json:
    front, human = env.agent("front", functions=[_tool(env)]), env.human()
    front.handoffs.set_after_work(RevertToUserTarget())
    pattern = DefaultPattern(
        initial_agent=front,
        agents=[front],
        user_agent=human,
        context_variables=ContextVariables(data={"seen": []}),
        group_manager_args={"llm_config": env.llm()},
    )

    result, context, last = await a_initiate_group_chat(pattern=pattern, messages="Hello", max_rounds=9)

    return outcome(result, [front, human], context=context.to_dict(), last=last.name)
