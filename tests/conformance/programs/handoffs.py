"""Handoffs that depend on context variables, and what depends on them in turn."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from autogen import ConversableAgent, UpdateSystemMessage
from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group import (
    AgentTarget,
    ContextExpression,
    ContextVariables,
    ExpressionContextCondition,
    NestedChatTarget,
    OnCondition,
    OnContextCondition,
    ReplyResult,
    RevertToUserTarget,
    StringLLMCondition,
)
from autogen.agentchat.group.patterns import DefaultPattern

from tests.conformance.case import Env, Json, ends, outcome, program, typed


async def _chat(env: Env, agents: list[ConversableAgent], context: dict[str, Any], *, rounds: int = 14) -> Json:
    human = env.human()
    pattern = DefaultPattern(
        initial_agent=agents[0],
        agents=agents,
        user_agent=human,
        context_variables=ContextVariables(data=context),
        group_manager_args={"llm_config": env.llm(), "is_termination_msg": ends},
    )

    result, after, last = await a_initiate_group_chat(pattern=pattern, messages="Begin", max_rounds=rounds)

    return outcome(result, [*agents, human], context=after.to_dict(), last=last.name)


def _when(expression: str, target: ConversableAgent) -> OnContextCondition:
    condition = ExpressionContextCondition(ContextExpression(expression))
    return OnContextCondition(target=AgentTarget(target), condition=condition)


@program(
    scripts={
        "desk": [
            "Who are you?",
            {"content": "", "tool_calls": [("log_in", {"name": "Ada"}), ("count", {"n": 2}), ("count", {"n": 3})]},
            "desk again",
        ],
        "expert": ["You are in, Ada.", "Solved. TERMINATE"],
    },
    answers=("Ada", "help me", "exit"),
)
async def handoff_after_tools(env: Env) -> Json:
    @typed
    async def log_in(name: Annotated[str, "n"], context_variables: ContextVariables) -> ReplyResult:
        """Log in."""
        await asyncio.sleep(0.01)
        env.effect(f"log_in {name}")
        changed = ContextVariables(data={"logged_in": True, "name": name, "visits": {"first": [1, 2]}})
        return ReplyResult(message=f"{name} is in", context_variables=changed)

    @typed
    def count(n: Annotated[int, "n"], context_variables: ContextVariables) -> str:
        """Count."""
        env.effect(f"count {n}")
        context_variables.set("count", (context_variables.get("count") or 0) + n)
        context_variables.remove("obsolete")
        return str(context_variables.get("count"))

    desk, expert = env.agent("desk", functions=[log_in, count]), env.agent("expert")
    desk.handoffs.add_context_condition(_when("${logged_in} and ${count} > 4", expert))
    desk.handoffs.set_after_work(RevertToUserTarget())
    expert.handoffs.set_after_work(RevertToUserTarget())

    return await _chat(env, [desk, expert], {"logged_in": False, "count": 0, "obsolete": "x"})


@program(
    scripts={
        "desk": [
            "What is it?",
            {"content": "", "tool_calls": [("set_level", {"level": 2})]},
            "desk three",
            "desk four",
        ],
        "senior": ["Senior here.", {"content": "", "tool_calls": [("set_level", {"level": 0})]}, "Senior: TERMINATE"],
    },
    answers=("hard one", "solve it", "thanks", "exit"),
)
async def handoff_with_state(env: Env) -> Json:
    noted: list[str] = []

    @typed
    def set_level(level: Annotated[int, "l"], context_variables: ContextVariables) -> ReplyResult:
        """Set the level."""
        env.effect(f"level {level}")
        return ReplyResult(message=f"level {level}", context_variables=ContextVariables(data={"level": level}))

    def note(agent: ConversableAgent, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        noted.append(f"{agent.name} {len(messages)} {agent.context_variables.get('level')}")
        agent.context_variables.set("asked", (agent.context_variables.get("asked") or 0) + 1)
        return messages

    desk = ConversableAgent(
        "desk",
        llm_config=env.llm(),
        functions=[set_level],
        update_agent_state_before_reply=[UpdateSystemMessage("[[agent:desk]] level {level}, asked {asked}"), note],
    )
    senior = ConversableAgent(
        "senior",
        llm_config=env.llm(),
        functions=[set_level],
        update_agent_state_before_reply=[UpdateSystemMessage("[[agent:senior]] level {level}"), note],
    )
    desk.handoffs.add_context_condition(_when("${level} > 1", senior))
    desk.handoffs.set_after_work(RevertToUserTarget())
    senior.handoffs.set_after_work(RevertToUserTarget())

    left = await _chat(env, [desk, senior], {"level": 1, "asked": 0})

    return {**left, "noted": noted}


@program(
    scripts={
        "desk": ["Tell me.", {"content": "", "tool_calls": [("transfer_to_nested_chat_1", {})]}, "TERMINATE"],
        "reviewer": ["Needs work.", "Good now."],
    },
    answers=("my text", "look again", "exit"),
)
async def handoff_to_nested(env: Env) -> Json:
    desk, reviewer, guide = env.agent("desk"), env.agent("reviewer"), env.human("guide")
    queue = [
        {
            "chat_id": 1,
            "sender": guide,
            "recipient": reviewer,
            "message": "Review it.",
            "max_turns": 2,
            "summary_method": "last_msg",
        }
    ]
    target = NestedChatTarget(nested_chat_config={"chat_queue": queue, "use_async": True})
    desk.handoffs.add_llm_conditions(
        [OnCondition(target=target, condition=StringLLMCondition(prompt="a review is wanted"))]
    )
    desk.handoffs.set_after_work(RevertToUserTarget())

    left = await _chat(env, [desk], {})

    return {**left, "inside": outcome([], [reviewer, guide])}
