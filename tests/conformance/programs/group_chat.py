"""Group chats: every way of choosing the next speaker."""

from __future__ import annotations

from typing import Any

from autogen import Agent, GroupChat, GroupChatManager

from tests.conformance.case import Env, Json, ends, next_of, outcome, program
from tests.conformance.programs.lines import CODE_A, CODE_B

ROUND = {"human": "planner", "planner": "coder", "coder": "critic", "critic": "human"}
LINES: dict[str, Any] = {
    "planner": ["Plan: 1. write 2. review", "Plan v2", "Plan v3", "Plan v4"],
    "coder": [CODE_A, CODE_B, "code v3", "code v4"],
    "critic": ["Looks fine, ask the human.", "Good. TERMINATE", "ok"],
    "_selector": next_of(ROUND),
}


async def _group(env: Env, method: Any, **more: Any) -> Json:
    agents = [env.assistant(name, description=f"{name} does {name} things") for name in ("planner", "coder", "critic")]
    human = env.human(code=True, is_termination_msg=ends)
    if "transitions" in more:
        by_name = {agent.name: agent for agent in [human, *agents]}
        allowed = {by_name[a]: [by_name[b] for b in after] for a, after in more.pop("transitions").items()}
        more |= {"allowed_or_disallowed_speaker_transitions": allowed, "speaker_transitions_type": "allowed"}
    group = GroupChat(
        agents=[human, *agents], messages=[], speaker_selection_method=method, **{"max_round": 12, **more}
    )
    manager = GroupChatManager(group, llm_config=env.llm(), is_termination_msg=ends)

    result = await human.a_initiate_chat(manager, message="Build a thing")

    return outcome(result, [human, *agents, manager], group=group)


@program(scripts=LINES, answers=("revise please", "", "", "", "exit"))
async def grp_auto(env: Env) -> Json:
    return await _group(env, "auto")


@program(scripts=LINES, answers=("use python 3", "", ""))
async def grp_rr(env: Env) -> Json:
    return await _group(env, "round_robin", max_round=9)


@program(scripts=LINES, answers=("2", "3", "x", "1", "hello from me", "", "4", "2", "3", "1", "z", "w"))
async def grp_manual(env: Env) -> Json:
    return await _group(env, "manual", max_round=7)


@program(scripts=LINES, answers=("r1", "r2", "r3"), chance=True)
async def grp_random(env: Env) -> Json:
    return await _group(env, "random", max_round=7, allow_repeat_speaker=False)


@program(scripts=LINES, answers=("c1", "", "c3"))
async def grp_custom(env: Env) -> Json:
    called = 0
    order = ["planner", "human", "coder", "human", "critic"]

    def pick(last: Agent, group: GroupChat) -> Agent | None:
        nonlocal called
        called += 1
        return group.agent_by_name(order[(called - 1) % 5]) if called < 8 else None

    return await _group(env, pick, max_round=20)


@program(scripts=LINES, answers=("i1", "i2", "i3"))
async def grp_intro(env: Env) -> Json:
    return await _group(env, "auto", send_introductions=True, max_round=6)


@program(
    scripts=LINES | {"_selector": next_of({"human": "planner", "planner": "coder", "coder": "human"})},
    answers=("t1", "", "exit"),
)
async def grp_transitions(env: Env) -> Json:
    transitions = {"human": ["planner"], "planner": ["coder", "critic"], "coder": ["human"], "critic": ["human"]}
    return await _group(env, "auto", transitions=transitions)


@program(scripts=LINES | {"_selector": ["planner"]}, answers=("n1", "n2", "exit"))
async def grp_no_repeat(env: Env) -> Json:
    return await _group(env, "auto", allow_repeat_speaker=False, max_round=5)


@program(
    scripts=LINES | {"_selector": ["nobody at all", "planner or coder", "coder"]},
    answers=("s1", "exit"),
)
async def grp_retries(env: Env) -> Json:
    return await _group(env, "auto", max_round=4)


@program(scripts=LINES | {"_selector": ["nobody at all"]}, answers=("f1", "f2", "exit"))
async def grp_fallback(env: Env) -> Json:
    return await _group(env, "auto", max_round=5, max_retries_for_selecting_speaker=1)


def _method(last: Agent, group: GroupChat) -> str:
    return "round_robin" if len(group.messages) % 2 else "random"


@program(scripts=LINES, answers=("m1", "m2", "exit"), chance=True)
async def grp_method_of_function(env: Env) -> Json:
    return await _group(env, _method, max_round=6)
