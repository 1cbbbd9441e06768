"""Chats one after the other, with carry-over."""

from __future__ import annotations

from typing import Any

from tests.conformance.case import Env, Json, ends, outcome, program

STEPS: dict[str, Any] = {
    "_selector": lambda messages: f"reflected: {len(messages)}",
    "s1": ["s1 first?", "s1 result: 10. TERMINATE"],
    "s2": ["s2 first?", "s2 result: 20. TERMINATE"],
    "s3": ["s3 first?", "s3 result: 30. TERMINATE"],
}


async def _two(env: Env, method: str) -> Json:
    one, two, human = env.assistant("s1"), env.assistant("s2"), env.human(is_termination_msg=ends)

    results = await human.a_initiate_chats(
        [
            {"chat_id": 1, "recipient": one, "message": "first", "summary_method": method},
            {"chat_id": 2, "prerequisites": [1], "recipient": two, "message": "second", "summary_method": method},
        ]
    )

    return outcome(results, [one, two, human])


@program(scripts=STEPS, answers=("use 5", "", "use 7", ""))
async def sequential(env: Env) -> Json:
    return await _two(env, "last_msg")


@program(scripts=STEPS, answers=("use 5", "", "use 7", ""))
async def seq_reflect(env: Env) -> Json:
    return await _two(env, "reflection_with_llm")


@program(scripts=STEPS, answers=("use 5", "", "use 7", "", "use 9", ""))
async def seq_prerequisites(env: Env) -> Json:
    one, two, three = env.assistant("s1"), env.assistant("s2"), env.assistant("s3")
    human = env.human(is_termination_msg=ends)

    results = await human.a_initiate_chats(
        [
            {"chat_id": 1, "recipient": one, "message": "first", "carryover": "we like fives"},
            {"chat_id": 2, "prerequisites": [1], "recipient": two, "message": "second"},
            {
                "chat_id": 3,
                "prerequisites": [1, 2],
                "recipient": three,
                "message": "third",
                "summary_method": "reflection_with_llm",
                "summary_args": {"summary_prompt": "In one word."},
            },
        ]
    )

    return outcome(results, [one, two, three, human])
