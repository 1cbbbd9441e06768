"""Group patterns: who is in, who begins, who follows."""

from __future__ import annotations

from typing import Annotated, Any

from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group import (
    AgentNameTarget,
    AgentTarget,
    ContextVariables,
    OnCondition,
    ReplyResult,
    RevertToUserTarget,
    StringLLMCondition,
)
from autogen.agentchat.group.patterns import AutoPattern, DefaultPattern, RandomPattern, RoundRobinPattern

from tests.conformance.case import Env, Json, ends, next_of, outcome, program, typed


@program(
    scripts={
        "triage": [{"content": "", "tool_calls": [("transfer_to_tech_1", {})]}, "triage again"],
        "tech": [
            "What is your OS, human?",
            {"content": "", "tool_calls": [("set_os", {"os_name": "debian"}), ("bump", {"n": 2})]},
            "Reinstall it on your OS. Did that help?",
            "Great, closing. TERMINATE",
        ],
    },
    answers=("I do not know, ask my os tool", "yes it helped"),
)
async def pat_handoff(env: Env) -> Json:
    @typed
    def set_os(os_name: Annotated[str, "os"], context_variables: ContextVariables) -> ReplyResult:
        """Set the system."""
        env.effect(f"set_os {os_name}")
        changed = ContextVariables(data={"os": os_name})
        return ReplyResult(message=f"os is {os_name}", context_variables=changed, target=AgentNameTarget("tech"))

    @typed
    async def bump(n: Annotated[int, "n"], context_variables: ContextVariables) -> str:
        """Count."""
        env.effect(f"bump {n}")
        context_variables["count"] = (context_variables.get("count") or 0) + n
        return f"count {context_variables['count']}"

    triage, tech, human = env.agent("triage"), env.agent("tech", functions=[set_os, bump]), env.human()
    condition = OnCondition(target=AgentTarget(tech), condition=StringLLMCondition(prompt="tech issue"))
    triage.handoffs.add_llm_conditions([condition])
    triage.handoffs.set_after_work(RevertToUserTarget())
    tech.handoffs.set_after_work(RevertToUserTarget())
    pattern = DefaultPattern(
        initial_agent=triage,
        agents=[triage, tech],
        user_agent=human,
        context_variables=ContextVariables(data={"os": None, "count": 0}),
        group_manager_args={"llm_config": env.llm(), "is_termination_msg": ends},
    )

    result, context, last = await a_initiate_group_chat(pattern=pattern, messages="My laptop is broken", max_rounds=15)

    return outcome(result, [triage, tech, human], context=context.to_dict(), last=last.name)


async def _pattern(env: Env, kind: Any, *, user: bool = True, rounds: int) -> Json:
    triage, tech = env.agent("triage", description="triage"), env.agent("tech", description="tech")
    human = env.human() if user else None
    pattern = kind(
        initial_agent=triage,
        agents=[triage, tech],
        user_agent=human,
        group_manager_args={"llm_config": env.llm(), "is_termination_msg": ends},
    )

    result, context, last = await a_initiate_group_chat(
        pattern=pattern, messages="My laptop is broken", max_rounds=rounds
    )

    agents = [triage, tech, human] if human else [triage, tech]
    return outcome(result, agents, context=context.to_dict(), last=last.name)


TALK: dict[str, Any] = {
    "triage": ["Triage: which product?", "Triage: noted", "t3"],
    "tech": ["Tech: restart it. Did it help?", "Tech: glad. TERMINATE"],
    "_selector": next_of({"human": "tech", "tech": "human", "triage": "human", "_User": "tech"}),
}


@program(scripts=TALK, answers=("It is a laptop", "yes", "really", "", "x", "exit"))
async def pat_auto(env: Env) -> Json:
    return await _pattern(env, AutoPattern, rounds=10)


@program(scripts=TALK, answers=("one", "two", "three"))
async def pat_rr(env: Env) -> Json:
    return await _pattern(env, RoundRobinPattern, rounds=7)


@program(
    scripts=TALK | {"_selector": next_of({"triage": "_User", "_User": "tech", "tech": "_User"})},
    answers=("u1", "u2", "u3", "exit"),
)
async def pat_nouser(env: Env) -> Json:
    return await _pattern(env, AutoPattern, user=False, rounds=8)


@program(scripts=TALK, answers=("p1", "p2", "p3"), chance=True)
async def pat_random(env: Env) -> Json:
    return await _pattern(env, RandomPattern, rounds=6)
